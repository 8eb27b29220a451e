/** A virtual object as a state machine: a machine is set up and torn down, one at a time, and only from where it may be. */
import * as restate from "@restatedev/restate-sdk";
import { controller, MachineJammed, type Command } from "./machine-controller.js";

export type Status = "down" | "setting up" | "up" | "tearing down" | "broken";

interface Transition {
  readonly from: Status;
  readonly via: Status;
  readonly to: Status;
  readonly command: Command;
}

// The state machine, as data: what is not here is refused.
const SET_UP: Transition = { from: "down", via: "setting up", to: "up", command: "switch on" };
const TEAR_DOWN: Transition = {
  from: "up",
  via: "tearing down",
  to: "down",
  command: "switch off",
};

interface MachineState {
  status: Status;
}

type Machine = restate.ObjectContext<MachineState>;

export const machine = restate.object({
  name: "Machine",
  handlers: {
    setUp: async (ctx: Machine): Promise<Status> => make(ctx, SET_UP),

    tearDown: async (ctx: Machine): Promise<Status> => make(ctx, TEAR_DOWN),

    /** Somebody was there. */
    repaired: async (ctx: Machine): Promise<Status> => {
      assertStatus(ctx, { is: await statusOf(ctx), mustBe: "broken" });
      ctx.clear("status");
      return "down";
    },

    // Shared: answers at once, also while the machine is being set up.
    status: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<MachineState>): Promise<Status> => statusOf(ctx),
    ),
  },
  options: {
    asTerminalError: (error) =>
      error instanceof MachineJammed
        ? new restate.TerminalError(error.message, { errorCode: 503 })
        : undefined,
  },
});

/**
 * While this is at work, for minutes or through a crash, no other handler that writes runs for this machine. Requests wait
 * in Restate, in the order in which they came; then each is done or refused by what the machine has become. So nothing is
 * checked that could change before it is used, and no status in between is ever found by another request.
 */
async function make(ctx: Machine, { from, via, to, command }: Transition): Promise<Status> {
  assertStatus(ctx, { is: await statusOf(ctx), mustBe: from });
  ctx.set("status", via);
  try {
    // Repeated until it gets through, with the key held: to let others in would be to forget where the machine is.
    await ctx.run(command, () => controller.send(ctx.key, command));
  } catch (error) {
    // Jammed, or cancelled by an operator on the way: only somebody who goes there knows.
    ctx.set("status", "broken");
    throw error;
  }
  ctx.set("status", to);
  return to;
}

async function statusOf(ctx: restate.ObjectSharedContext<MachineState>): Promise<Status> {
  return (await ctx.get("status")) ?? "down";
}

function assertStatus(
  { key }: Machine,
  { is, mustBe }: { readonly is: Status; readonly mustBe: Status },
): void {
  if (is === mustBe) return;
  throw new restate.TerminalError(`The machine ${key} is ${is}, not ${mustBe}`, { errorCode: 409 });
}
