/** Runs the checks of one environment. */
import { millisOrDurationToMillis } from "@restatedev/restate-sdk-core";
import type { MisuseKind } from "@restatedev/restate-sdk/transport";
import { parseRoute } from "../ingress/routes.js";
import type { HistoryEvent } from "../runtime/history.js";
import type { Invocation } from "../runtime/invocation.js";
import { userCode } from "../runtime/user-code.js";
import type { Watcher } from "../runtime/watcher.js";
import type { World } from "../runtime/world.js";
import { CheckError, type CheckName, type CheckOptions } from "./check.js";
import { askSuspects, describeDeadlock, findDeadlock } from "./deadlock.js";
import { watchGlobals } from "./globals.js";
import { describeLoss } from "./round-trip.js";
import { findUnawaited } from "./unawaited.js";

const JOURNAL_MISMATCH = 570;

const CHECK_OF_MISUSE = {
  "context in run": "contextInRun",
  "foreign await": "foreignAwait",
  "context after end": "unawaited",
  unawaited: "unawaited",
} as const satisfies Record<MisuseKind, CheckName>;

export class Checks implements Watcher {
  readonly #options: CheckOptions;
  readonly #onFound: (error: CheckError) => void;
  readonly #findings: CheckError[] = [];
  readonly #heldSince = new Set<string>();
  #world: World | undefined;
  #unwatchGlobals: (() => void) | undefined;

  constructor(options: CheckOptions | false, onFound: (error: CheckError) => void) {
    this.#options = options === false ? NONE : options;
    this.#onFound = onFound;
  }

  get findings(): readonly CheckError[] {
    return this.#findings;
  }

  start(world: World): void {
    this.#world = world;
    world.history.listen((event) => {
      this.#onEvent(world, event);
    });
    const { globals = false } = this.#options;
    if (globals === false) return;
    const allow = (globals === true ? undefined : globals.allow) ?? (() => false);
    this.#unwatchGlobals = watchGlobals((what, { invocation }, stack) => {
      const target = invocation.targetName;
      if (world.invocations.get(invocation.id) !== invocation || allow({ what, target, stack }))
        return;
      this.#report(
        "globals",
        invocation,
        `${target} used ${what} outside of ctx.run. It gives something else in every attempt, so the handler may not repeat ` +
          `what it did: use ctx.date, ctx.rand, ctx.sleep, or wrap it into ctx.run.\n${stack}`,
      );
    });
  }

  stop(): void {
    this.#unwatchGlobals?.();
  }

  // --- Watcher

  onMisuse(invocation: Invocation, kind: MisuseKind, message: string): void {
    const text =
      kind === "foreign await"
        ? `${invocation.targetName} awaited something that is not Restate's, such as fetch, a timer or I/O outside of ctx.run, ` +
          `and then used ${message}. No journal knows when that was over, so a replay may go another way: wrap it into ctx.run.`
        : `${invocation.targetName}: ${message}`;
    this.#report(CHECK_OF_MISUSE[kind], invocation, text);
  }

  onSerialized(invocation: Invocation, value: unknown, read: () => unknown): void {
    if (!this.#isOn("roundTrip") || isPlain(value)) return;
    const loss = describeLoss(value, read);
    if (loss === undefined) return;
    this.#report(
      "roundTrip",
      invocation,
      `A value that ${invocation.targetName} journals ${loss}. Handlers get what the journal has: journal plain JSON values, ` +
        "use a serde that restores it, or return nothing from a run whose result nobody needs.",
    );
  }

  onQuiet(): void {
    const world = this.#world;
    if (world === undefined || !this.#isOn("deadlock")) return;
    if (askSuspects(world)) return;
    const cycle = findDeadlock(world);
    const [first] = cycle ?? [];
    if (cycle !== undefined && first !== undefined) {
      this.#report("deadlock", first, describeDeadlock(cycle));
    }
  }

  /** The test waits, and nothing can happen any more, whatever the time. */
  onStuck(): void {
    for (const invocation of this.#world?.invocations.values() ?? []) {
      const { attempts, lastFailure, status } = invocation;
      if (status.kind !== "paused" || lastFailure === undefined) continue;
      this.#report(
        "givenUp",
        invocation,
        `${invocation.targetName} was paused after ${attempts.length} attempts, and the test waits for it. The last one failed with: ` +
          `[${lastFailure.code}] ${lastFailure.message}\nAn error that another attempt cannot mend should be a TerminalError.`,
      );
    }
  }

  /** A request to the ingress is about to be made. */
  onIngressRequest(request: Request): void {
    const code = userCode.getStore();
    const world = this.#world;
    if (code === undefined || world === undefined || request.headers.has("idempotency-key")) return;
    const path = new URL(request.url).pathname;
    const target = targetOf(world, path);
    if (target === undefined) return;
    this.#report(
      "ingressCall",
      code.invocation,
      `${code.invocation.targetName} called ${target} through the ingress without an idempotency key. When the attempt is ` +
        "repeated, so is the call: use the clients of the context (ctx.serviceClient and others), or pass an idempotency key " +
        "that is the same in every attempt.",
    );
  }

  // --- history

  #onEvent(world: World, event: HistoryEvent): void {
    const invocation = world.invocations.get(event.invocationId);
    if (invocation === undefined) return;
    if (event.kind === "attempt ended" && event.end.kind === "failed") {
      const { code, message } = event.end.failure;
      if (code === JOURNAL_MISMATCH) {
        this.#report("journalMismatch", invocation, `${invocation.targetName}: ${message}`);
      }
    } else if (event.kind === "attempt started") this.#watchKey(world, invocation);
    else if (event.kind === "stored" && event.entry.message.type === "OutputCommand") {
      if (world.options.mode === "suspend") this.#checkUnawaited(invocation);
    }
  }

  #checkUnawaited(invocation: Invocation): void {
    // After a cancellation it is no mistake to leave things alone.
    if (!this.#isOn("unawaited") || invocation.journal.has("s1")) return;
    const open = findUnawaited(invocation);
    if (open.length === 0) return;
    this.#report(
      "unawaited",
      invocation,
      `${invocation.targetName} ended without awaiting ${open.join(", ")}.`,
    );
  }

  #watchKey(world: World, invocation: Invocation): void {
    const { keyHeldFor } = this.#options;
    const { handler, id, keyed } = invocation;
    if (keyHeldFor === undefined || keyed === undefined || handler.kind !== "exclusive") return;
    if (this.#heldSince.has(id)) return;
    this.#heldSince.add(id);
    const boundMs = millisOrDurationToMillis(keyHeldFor);
    const label = `bound on how long ${invocation.targetName} holds its key`;
    world.timers.add({ at: world.now + boundMs, label, isHousekeeping: true }, () => {
      if (invocation.status.kind === "completed") return;
      this.#report(
        "keyHeldFor",
        invocation,
        `${invocation.targetName} has held the key ${keyed.service}/${keyed.key} for ${boundMs} ms, and nobody else gets in ` +
          "meanwhile. Let an exclusive handler only read and write; wait in a workflow or a service, or send a delayed call to oneself.",
      );
    });
  }

  #isOn(check: CheckName): boolean {
    return this.#options[check] !== false;
  }

  /** Each invocation is told once of the same thing. */
  #report(check: CheckName, invocation: Invocation, message: string): void {
    if (!this.#isOn(check)) return;
    const error = new CheckError(check, message, invocation.id);
    const isKnown = this.#findings.some(
      (known) => known.invocationId === invocation.id && known.message === error.message,
    );
    if (isKnown) return;
    this.#findings.push(error);
    this.#onFound(error);
  }
}

const NONE: CheckOptions = {
  roundTrip: false,
  contextInRun: false,
  foreignAwait: false,
  unawaited: false,
  journalMismatch: false,
  deadlock: false,
  givenUp: false,
  ingressCall: false,
};

function isPlain(value: unknown): boolean {
  return (
    value === undefined || value === null || typeof value === "string" || typeof value === "boolean"
  );
}

/** The handler that a request would start anew each time it is made. */
function targetOf(world: World, path: string): string | undefined {
  try {
    const route = parseRoute(path, (name) => world.services.get(name));
    if (route.kind !== "invoke") return undefined;
    const { service, handler } = route;
    const isWorkflow = world.services.get(service)?.handlers.get(handler)?.kind === "workflow";
    return isWorkflow ? undefined : `${service}/${handler}`;
  } catch {
    // The ingress says what is wrong with it.
    return undefined;
  }
}
