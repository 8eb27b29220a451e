/** What checks want to know of a runtime, besides its history. */
import type { MisuseKind } from "@restatedev/restate-sdk/transport";
import type { Invocation } from "./invocation.js";

/** Every method is called in the middle of something, so it must not act on the runtime. */
export interface Watcher {
  /** User code does what works by luck at best. */
  onMisuse(invocation: Invocation, kind: MisuseKind, message: string): void;
  /** A value was serialised for the journal. `read` gives back what the bytes stand for. */
  onSerialized(invocation: Invocation, value: unknown, read: () => unknown): void;
  /** Nothing can happen any more at the present time. */
  onQuiet(): void;
}
