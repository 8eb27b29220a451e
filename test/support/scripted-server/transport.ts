/** How the scripted server reaches a handler endpoint. */

export interface Transport {
  open(request: AttemptRequest): AttemptStream;
  close(): Promise<void>;
}

export interface AttemptRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The attempt may be cut, so it must not share its connection with others. */
  readonly fragile: boolean;
}

/** One request to an endpoint: bytes out, events in. */
export interface AttemptStream {
  send(bytes: Uint8Array): void;
  /** Half-closes the request, as the server does after its inactivity timeout. */
  closeInput(): void;
  /** Breaks the connection, as a crash of either side does. */
  cut(): void;
  /** The next event. With `rest`, also tells when the endpoint has come to rest without sending anything. */
  next(options: RestOptions): Promise<StreamEvent>;
}

export interface RestOptions {
  readonly rest: boolean;
  /** Look longer before calling it rest: user code may be busy with something that takes a few turns. */
  readonly patient?: boolean;
}

export type StreamEvent =
  | { readonly kind: "head"; readonly status: number; readonly contentType: string | undefined }
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  | { readonly kind: "rest" }
  | { readonly kind: "end" }
  | { readonly kind: "broken"; readonly error: Error };
