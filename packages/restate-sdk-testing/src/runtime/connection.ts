/** How the runtime reaches handlers: whatever can answer discovery and open attempts is a deployment. */
import type { AttemptHost } from "@restatedev/restate-sdk/transport";
import type { ProtocolVersion } from "../codec.js";

export interface Deployment {
  readonly id: string;
  /** Whether its attempts take time, rest and runs from the {@link AttemptHost} they are given. */
  readonly isHosted: boolean;
  /** The discovery manifest, as parsed JSON. */
  discover(): Promise<unknown>;
  open(request: AttemptRequest, events: AttemptEvents): AttemptChannel;
}

export interface AttemptRequest {
  readonly service: string;
  readonly handler: string;
  readonly version: ProtocolVersion;
  /** Further headers, seen by user code as `attemptHeaders`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly host: AttemptHost;
}

/** What comes from an attempt. Nothing is called before `open` has returned. */
export interface AttemptEvents {
  onData(chunk: Uint8Array): void;
  /** The response has ended, after a terminal frame or without one. */
  onEnd(): void;
  /** There will be no stream: the endpoint refused, or the connection broke. */
  onFailure(failure: ConnectionFailure): void;
}

export interface ConnectionFailure {
  readonly code: number;
  readonly message: string;
}

/** What goes to an attempt. */
export interface AttemptChannel {
  send(chunk: Uint8Array): void;
  closeInput(): void;
  /** Breaks the connection. No event follows. */
  abort(reason: Error): void;
}

/** What a server accepts as an answer to discovery. */
export const MANIFEST_TYPES = [4, 3, 2]
  .map((version) => `application/vnd.restate.endpointmanifest.v${version}+json`)
  .join(", ");
