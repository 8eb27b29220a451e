/** What each command brings about on the server: one function a command. */
import {
  CANCEL_SIGNAL,
  parseAwakeableId,
  type CommandMessage,
  type CommandName,
  type Failure,
  type InvocationTarget,
  type MessageOf,
  type NotificationMessage,
  type NotificationName,
  type NotificationResult,
  type SignalId,
} from "../codec.js";
import { toHex } from "./ids.js";
import type { Invocation, InvocationRequest } from "./invocation.js";
import type { KeyedTarget } from "./keyed-stores.js";
import type { CommandRefusal } from "./attempt-runner.js";
import type { Lifecycle } from "./lifecycle.js";
import { refusalOf } from "./preconditions.js";
import type { Submission, Submissions } from "./submissions.js";
import type { World } from "./world.js";

type Effect<TCommand> = (
  commands: Commands,
  invocation: Invocation,
  command: TCommand,
) => CommandRefusal | undefined | void;

export class Commands {
  constructor(
    readonly world: World,
    readonly lifecycle: () => Lifecycle,
    readonly submissions: () => Submissions,
  ) {}

  readonly apply = (
    invocation: Invocation,
    command: CommandMessage,
  ): CommandRefusal | undefined => {
    const refused = refusalOf(invocation, command.type);
    if (refused !== undefined) return refused;
    // The table pairs each command with the function for it; TypeScript can't follow that.
    const effect = EFFECTS[command.type] as Effect<CommandMessage>;
    return effect(this, invocation, command) ?? undefined;
  };

  /** Sends a completion, in order with others for the same command. */
  complete(invocation: Invocation, completion: Completion): void {
    const { type, id, result, channel = `c${id}` } = completion;
    const notification = { type, id: { kind: "completion", id }, result } as const;
    this.lifecycle().notify(invocation, notification, channel);
  }

  /** Sends a signal to another invocation; one that nobody knows any more is lost, as on the server. */
  signal(
    target: Invocation | undefined,
    signal: Omit<NotificationMessage, "type">,
    from: string,
  ): void {
    if (target === undefined) return;
    const { id } = signal;
    if (id.kind === "signal" && id.idx === CANCEL_SIGNAL) this.lifecycle().cancel(target);
    else
      this.lifecycle().notify(
        target,
        { type: "SignalNotification", ...signal },
        `signals of ${from}`,
      );
  }

  /** Resolves or rejects an awakeable. False if the id is none. */
  completeAwakeable(
    awakeableId: string,
    result: MessageOf<"CompleteAwakeableCommand">["result"],
    from: string,
  ): boolean {
    const parsed = parseAwakeableId(awakeableId);
    if (parsed === undefined) return false;
    const target = this.world.byRawId.get(toHex(parsed.invocationId));
    this.signal(target, { id: { kind: "signal", idx: parsed.signalIndex }, result }, from);
    return true;
  }
}

interface Completion {
  readonly type: NotificationName;
  readonly id: number;
  readonly result: NotificationResult;
  readonly channel?: string;
}

const nothing = (): undefined => undefined;

const EFFECTS: { readonly [TName in CommandName]: Effect<MessageOf<TName>> } = {
  InputCommand: nothing,
  OutputCommand: nothing,
  RunCommand: nothing,
  GetEagerStateCommand: nothing,
  GetEagerStateKeysCommand: nothing,

  GetLazyStateCommand(commands, invocation, { key, resultCompletionId: id }) {
    const value = stateOf(commands, invocation).get(text(key));
    const result = value === undefined ? VOID : ({ kind: "value", value } as const);
    const type = "GetLazyStateCompletionNotification";
    commands.complete(invocation, { type, id, result, channel: "state" });
  },

  GetLazyStateKeysCommand(commands, invocation, { resultCompletionId: id }) {
    const keys = [...stateOf(commands, invocation).keys()];
    const type = "GetLazyStateKeysCompletionNotification";
    commands.complete(invocation, {
      type,
      id,
      result: { kind: "stateKeys", keys },
      channel: "state",
    });
  },

  SetStateCommand(commands, invocation, { key, value }) {
    stateOf(commands, invocation).set(text(key), value);
  },

  ClearStateCommand(commands, invocation, { key }) {
    stateOf(commands, invocation).delete(text(key));
  },

  ClearAllStateCommand(commands, invocation) {
    stateOf(commands, invocation).clear();
  },

  GetPromiseCommand(commands, invocation, { key, resultCompletionId: id }) {
    commands.world.promises.get(keyedOf(invocation), key, (result) => {
      commands.complete(invocation, { type: "GetPromiseCompletionNotification", id, result });
    });
  },

  PeekPromiseCommand(commands, invocation, { key, resultCompletionId: id }) {
    const result = commands.world.promises.peek(keyedOf(invocation), key) ?? VOID;
    commands.complete(invocation, { type: "PeekPromiseCompletionNotification", id, result });
  },

  CompletePromiseCommand(commands, invocation, { key, completion, resultCompletionId: id }) {
    const isFirst = commands.world.promises.complete(keyedOf(invocation), key, completion);
    const result = isFirst ? VOID : ({ kind: "failure", failure: ALREADY_COMPLETED } as const);
    commands.complete(invocation, { type: "CompletePromiseCompletionNotification", id, result });
  },

  SleepCommand(commands, invocation, { wakeUpTime, resultCompletionId: id, name }) {
    const { world } = commands;
    const at = toServerTime(world, invocation, wakeUpTime);
    const what = name === "" ? "sleep" : `sleep "${name}"`;
    const cancel = world.timers.add({ at, label: `${what} of ${invocation.targetName}` }, () => {
      invocation.timers.delete(cancel);
      commands.complete(invocation, { type: "SleepCompletionNotification", id, result: VOID });
    });
    invocation.timers.add(cancel);
  },

  CallCommand(commands, invocation, command) {
    const { invocationIdCompletionId, resultCompletionId: id } = command;
    const submission = submit(commands, invocation, command);
    if ("code" in submission) return submission;
    const { invocation: callee, isNew } = submission;
    const channel = `c${id}`;
    tellInvocationId(commands, invocation, { callee, id: invocationIdCompletionId, channel });
    const type = "CallCompletionNotification";
    if (!isNew && callee.handler.kind === "workflow") {
      const result = { kind: "failure", failure: ALREADY_INVOKED } as const;
      commands.complete(invocation, { type, id, result, channel });
      return undefined;
    }
    invocation.callees.add(callee);
    invocation.resultsFrom.set(id, callee);
    commands.submissions().onResult(callee, (result) => {
      invocation.callees.delete(callee);
      commands.complete(invocation, { type, id, result, channel });
    });
    return undefined;
  },

  OneWayCallCommand(commands, invocation, command) {
    const submission = submit(commands, invocation, command);
    if ("code" in submission) return submission;
    const id = command.invocationIdCompletionId;
    tellInvocationId(commands, invocation, {
      callee: submission.invocation,
      id,
      channel: `c${id}`,
    });
    return undefined;
  },

  SendSignalCommand(commands, invocation, { targetInvocationId, signalId, result }) {
    const target = commands.world.invocations.get(targetInvocationId);
    commands.signal(target, { id: toNotificationId(signalId), result }, invocation.id);
  },

  CompleteAwakeableCommand(commands, invocation, { awakeableId, result }) {
    if (commands.completeAwakeable(awakeableId, result, invocation.id)) return undefined;
    return { code: 571, message: `'${awakeableId}' is no awakeable id` };
  },

  AttachInvocationCommand(commands, invocation, { target, resultCompletionId: id }) {
    const type = "AttachInvocationCompletionNotification";
    const found = find(commands, target);
    if (found === undefined) {
      commands.complete(invocation, { type, id, result: { kind: "failure", failure: NOT_FOUND } });
      return;
    }
    invocation.resultsFrom.set(id, found);
    commands.submissions().onResult(found, (result) => {
      commands.complete(invocation, { type, id, result });
    });
  },

  GetInvocationOutputCommand(commands, invocation, { target, resultCompletionId: id }) {
    const found = find(commands, target);
    const missing = { kind: "failure", failure: NOT_FOUND } as const;
    const result = found === undefined ? missing : (found.result ?? VOID);
    commands.complete(invocation, {
      type: "GetInvocationOutputCompletionNotification",
      id,
      result,
    });
  },
};

const VOID = { kind: "void" } as const;
const ALREADY_COMPLETED = failure(409, "promise was already completed");
const ALREADY_INVOKED = failure(409, "the workflow method was already invoked");
const NOT_FOUND = failure(404, "not found");

function failure(code: number, message: string): Failure {
  return { code, message, metadata: [] };
}

function submit(
  commands: Commands,
  caller: Invocation,
  command: MessageOf<"CallCommand" | "OneWayCallCommand">,
): Submission | CommandRefusal {
  const { serviceName: service, handlerName: handler } = command;
  const submissions = commands.submissions();
  const resolved = submissions.resolve(service, handler);
  if (resolved === undefined) {
    return { code: 404, message: unknownTarget(commands.world, service, handler) };
  }
  const isKeyed = resolved.service.kind !== "service";
  const delayedTo =
    "invokeTime" in command && command.invokeTime > 0 ? command.invokeTime : undefined;
  const request: InvocationRequest = {
    service,
    handler,
    key: isKeyed ? command.key : undefined,
    scope: command.scope,
    limitKey: command.limitKey,
    idempotencyKey: command.idempotencyKey,
    headers: command.headers,
    body: command.parameter,
    notBefore:
      delayedTo === undefined ? undefined : toServerTime(commands.world, caller, delayedTo),
    identity: `${caller.id} ${caller.journal.commandCount}`,
    parentId: caller.id,
  };
  return submissions.submit(request, resolved);
}

/** The text for a target that is not there, with what is. */
export function unknownTarget(world: World, service: string, handler: string): string {
  const info = world.services.get(service);
  const known = info === undefined ? [...world.services.keys()] : [...info.handlers.keys()];
  const what =
    info === undefined ? `service '${service}'` : `handler '${handler}' in service '${service}'`;
  return (
    `There is no ${what} in this test environment. It has: ${known.join(", ") || "nothing"}. ` +
    "Add it to the services of the environment, or mock it."
  );
}

function tellInvocationId(
  commands: Commands,
  caller: Invocation,
  {
    callee,
    id,
    channel,
  }: { readonly callee: Invocation; readonly id: number; readonly channel: string },
): void {
  const result = { kind: "invocationId", invocationId: callee.id } as const;
  commands.complete(caller, {
    type: "CallInvocationIdCompletionNotification",
    id,
    result,
    channel,
  });
}

function find(commands: Commands, target: InvocationTarget): Invocation | undefined {
  return commands.submissions().find(target);
}

function stateOf(commands: Commands, invocation: Invocation): Map<string, Uint8Array> {
  return commands.world.state.of(keyedOf(invocation));
}

function keyedOf(invocation: Invocation): KeyedTarget {
  if (invocation.keyed !== undefined) return invocation.keyed;
  throw new Error(`${invocation.targetName} has no key, hence neither state nor promises`);
}

/** Endpoints that do not take the time from us tell theirs, so what counts is how long it is from now. */
function toServerTime(world: World, invocation: Invocation, time: number): number {
  if (invocation.service.deployment.isHosted) return time;
  return world.now + Math.max(0, time - Date.now());
}

function toNotificationId(signal: SignalId): NotificationMessage["id"] {
  return signal.kind === "name"
    ? { kind: "namedSignal", name: signal.name }
    : { kind: "signal", idx: signal.idx };
}

const DECODER = new TextDecoder();

function text(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}
