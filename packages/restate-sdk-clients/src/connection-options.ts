/** The options of `connect`. */
import type { JournalValueCodec, Serde } from "@restatedev/restate-sdk-core";
import type { RetryPolicy } from "./retry-policy.js";

/** Stands for a serde of values of any type, whose variance rules out `unknown`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Unspecified = any;

export type ConnectionOpts = {
  /** The URL of the Restate ingress, such as `http://localhost:8080`; it may have a path. */
  url: string;

  /**
   * Headers of every request, such as the authorisation at a gateway. Except for those of
   * awakeables, attaches and outputs, handlers find them in `ctx.request().headers`.
   */
  headers?: Record<string, string>;

  /**
   * Whether requests are repeated after failures that may pass, see {@link RetryPolicy}; `true` for
   * the defaults. Default: none are.
   *
   * Only requests whose repetition cannot run a handler twice are eligible: calls and sends with an
   * `idempotencyKey`, submitting a workflow, attaching to something and asking for its output.
   * Others, completing awakeables among them, are sent once, whatever the policy.
   */
  retry?: RetryPolicy | boolean;

  /** The serde of values for which nothing else says one. Default: JSON. */
  serde?: Serde<Unspecified>;

  /**
   * Encodes inputs and decodes outputs after their serde, for services whose endpoint has a
   * `journalValueCodecProvider`. Failures are not encoded.
   *
   * @experimental
   */
  journalValueCodec?: JournalValueCodec;

  /**
   * Sends the requests: another implementation of fetch, or a function around it that adds a token
   * or writes a log. Default: `globalThis.fetch`.
   */
  fetch?: typeof globalThis.fetch;
};
