/** Futures in a test: a delivery on a machine that is running, without a context and without a transport. */
import * as commands from "../machine/commands.js";
import { encode, TestMachine, type MachineSetup } from "../machine/machine.fixture.js";
import { input, start } from "../machine/messages.fixture.js";
import type { RunRetryPolicy } from "../machine/retry-policy.js";
import type { Message, NotificationResult } from "../protocol/messages.js";
import type { AwaitLeaf } from "./await-tree.js";
import { Delivery } from "./delivery.js";
import type { Future } from "./future.js";
import { RunFuture, type RunExecution } from "./run-future.js";
import { SingleFuture, type ResultDecoder } from "./single.js";

export interface FuturesSetup extends MachineSetup {
  readonly explicitCancellation?: boolean;
  /** Decodes bytes through an asynchronous codec. */
  readonly decodeBytes?: (bytes: Uint8Array) => Promise<Uint8Array>;
}

/** Reads values as JSON. */
const jsonDecoder: ResultDecoder<unknown> = {
  hops: 1,
  toValue: (result) =>
    result.kind === "value"
      ? (JSON.parse(new TextDecoder().decode(result.value)) as unknown)
      : undefined,
};

export class TestFutures {
  readonly delivery: Delivery;
  readonly machine: TestMachine["machine"];
  /** What was written to the log. */
  readonly warnings: unknown[][] = [];
  /** The errors that ended the attempt. */
  readonly aborts: unknown[] = [];
  private readonly written: Message[] = [];
  /** Messages per write. */
  readonly writes: number[] = [];
  private readonly test: TestMachine;

  constructor(private readonly setup: FuturesSetup = {}) {
    const { explicitCancellation = false, ...machineSetup } = setup;
    this.test = new TestMachine({ version: 6, ...machineSetup });
    this.machine = this.test.machine;
    const journal = [input(null), ...(setup.journal ?? [])];
    this.test.feed(start({ knownEntries: journal.length }), ...journal);
    this.delivery = new Delivery({
      machine: this.machine,
      handler: { options: { explicitCancellation } },
      request: {},
      flush: () => {
        this.write();
      },
      abort: (error) => {
        this.aborts.push(error);
        this.machine.fail({ code: 500, message: String(error) });
        this.write();
      },
      startTimer: () => this.sleep() as Future<void>,
    });
    this.delivery.begin();
  }

  private readonly warn = (...line: unknown[]): void => {
    this.warnings.push(line);
  };

  // --- operations

  sleep(): SingleFuture<unknown> {
    return this.completion(commands.sleep(this.machine, 0, ""));
  }

  completion(completionId: number | undefined): SingleFuture<unknown> {
    const id = completionId ?? 0;
    return this.single({ kind: "completion", id });
  }

  awakeable(): SingleFuture<unknown> {
    const signal = commands.createAwakeable(this.machine)?.signal ?? 0;
    return this.single({ kind: "signal", idx: signal }, 2);
  }

  signal(name = "x"): SingleFuture<unknown> {
    return this.single({ kind: "namedSignal", name }, 2);
  }

  /** A call; its invocation id comes first. */
  call(): { readonly result: SingleFuture<unknown>; readonly invocationId: SingleFuture<string> } {
    const target = {
      serviceName: "Other",
      handlerName: "method",
      key: "",
      headers: [],
      idempotencyKey: undefined,
      scope: undefined,
      limitKey: undefined,
      name: "",
    };
    const issued = commands.call(this.machine, target, new Uint8Array(0));
    const id = issued?.invocationIdCompletionId ?? 0;
    const invocationId = new SingleFuture<string>(this.delivery, {
      leaf: { kind: "completion", id },
      decoder: { hops: 0, toValue: toInvocationId },
    });
    this.delivery.calls.add(invocationId);
    return { result: this.completion(issued?.resultCompletionId), invocationId };
  }

  run(
    action: (options: { readonly signal: AbortSignal }) => unknown,
    options: Partial<RunExecution<unknown>> = {},
  ): SingleFuture<unknown> {
    const issued = commands.run(this.machine, "step");
    const single = {
      leaf: { kind: "completion", id: issued?.completionId ?? 0 },
      decoder: this.decoder(),
      command: this.machine.journal.lastCommand,
    } as const;
    const execution: RunExecution<unknown> = {
      completionId: issued?.completionId ?? 0,
      scope: {
        machine: this.machine,
        delivery: this.delivery,
        journalLog: { warn: this.warn },
        settings: { asTerminalError: undefined },
        now: () => 0,
      },
      retryPolicy: {} satisfies RunRetryPolicy,
      execute: (signal) =>
        action({
          get signal() {
            return signal();
          },
        }),
      serialize: (value) => new TextEncoder().encode(JSON.stringify(value)),
      ...options,
    };
    const future =
      issued?.mustExecute === true
        ? new RunFuture(execution, single)
        : new SingleFuture(this.delivery, single);
    if (future instanceof RunFuture) this.delivery.addRun(future);
    return future;
  }

  // --- events

  /** One data event. */
  feed(...messages: readonly Message[]): void {
    const bytes = encode(this.test.version, messages);
    if (bytes !== undefined) this.machine.feed(bytes);
    this.delivery.progress();
  }

  closeInput(): void {
    this.machine.closeInput();
    this.delivery.progress();
  }

  abort(): void {
    this.machine.abort(new Error("cut off"));
    this.delivery.close();
  }

  /** Everything written so far; what ends an attempt is written by whoever is told of its end. */
  get sent(): readonly Message[] {
    if (this.machine.isClosed) this.write();
    return this.written;
  }

  get last(): Message | undefined {
    return this.sent.at(-1);
  }

  private single(leaf: AwaitLeaf, hops = 1): SingleFuture<unknown> {
    return new SingleFuture(this.delivery, { leaf, decoder: { ...this.decoder(), hops } });
  }

  private decoder(): ResultDecoder<unknown> {
    return { ...jsonDecoder, decodeBytes: this.setup.decodeBytes };
  }

  private write(): void {
    const messages = this.test.sent();
    if (messages.length > 0) this.writes.push(messages.length);
    this.written.push(...messages);
  }
}

function toInvocationId(result: NotificationResult): string {
  return result.kind === "invocationId" ? result.invocationId : "?";
}

/** Lets everything happen that needs nothing from outside. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Awaits it and notes what comes of it. */
export function observe(promise: PromiseLike<unknown>): { readonly events: unknown[] } {
  const events: unknown[] = [];
  promise.then(
    (value) => events.push(value),
    (reason: unknown) => events.push(reason),
  );
  return { events };
}
