/** What a test environment may be told. */
import type { EndpointOptions } from "@restatedev/restate-sdk/transport";
import type { CheckOptions } from "../checks/check.js";
import type { ProtocolVersion } from "../codec.js";
import type { AttemptPoint } from "../runtime/attempt.js";
import type { ClockMode } from "../runtime/clock.js";
import type { TestDeployment } from "../runtime/fetch-deployment.js";
import type { RetryPolicy } from "../runtime/retry-policy.js";
import type { Chooser } from "../runtime/scheduler.js";

export interface TestEnvironmentOptions extends Pick<
  EndpointOptions,
  "defaultServiceOptions" | "journalValueCodecProvider" | "logger"
> {
  /** Served in this process. */
  services?: EndpointOptions["services"];
  /** Services elsewhere, behind a URL or a fetch handler, of this SDK or another. Their clocks are their own. */
  deployments?: readonly TestDeployment[];
  /** Invocation ids and random sequences depend on it. Default: 0. */
  seed?: number | string;
  /**
   * Decides, by the seed, what comes first wherever a real server's order is not determined: which invocation runs, which
   * result arrives. Default: first come, first served.
   */
  shuffle?: boolean;
  /** Decides that order itself: which of the steps that may come next does. */
  choose?: Chooser;
  /** Version of the service protocol, 5 to 7. Default: 6, which servers speak out of the box. */
  protocol?: ProtocolVersion;
  /**
   * "suspend" (default) suspends an attempt at every wait, so that handlers are replayed all the time, which finds what is
   * not deterministic. "stream" answers while the attempt runs, as a server does that is quick.
   */
  mode?: "suspend" | "stream";
  /** How much state comes along with an invocation. Default: "eager", all of it. */
  state?: "eager" | "lazy" | "partial";
  /** Default: "auto". */
  clock?: ClockMode;
  /** What time it is at the beginning. Default: now. */
  startAt?: Date | number;
  /** False makes the first failed attempt the end of its invocation. Default: true. */
  retries?: boolean;
  /** For handlers that have no policy of their own. What is left out is as on the server. */
  retryPolicy?: Partial<RetryPolicy>;
  /** Whether an assertion that fails inside a handler ends the invocation and fails the test. Default: true. */
  failOnAssertionErrors?: boolean;
  /** Asked at every point where an attempt may die; true lets it die there. */
  cutsAt?: (point: AttemptPoint) => boolean;
  /** Attempts that `cutsAt` lets die are tried again at once and count as no failures. Default: false. */
  forgetCrashes?: boolean;
  /** What to look out for; whatever is found fails the test. False turns everything off. */
  checks?: CheckOptions | false;
  /**
   * After how many failed attempts in a row, without a new journal entry, an invocation that would be retried for ever fails
   * the test. It does so only while the test waits for what an automatic clock brings, and not before it has waited as long
   * as `reportStuckAfterMs` says. Default: 1,000. `Infinity` never does.
   */
  endlessAfterAttempts?: number;
  /** After how many real milliseconds without any progress to report what everything waits for. Default: 2000. */
  reportStuckAfterMs?: number;
  /** Where that report goes. Default: the console. */
  report?: (text: string) => void;
}
