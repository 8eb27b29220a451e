/** A virtual object: an account for every key, whose balance never goes below zero. */
import * as restate from "@restatedev/restate-sdk";

interface AccountState {
  /** In cents: whole numbers add up, fractions do not. */
  balance: number;
  closed: boolean;
}

export const userAccount = restate.object({
  name: "UserAccount",
  handlers: {
    deposit: async (ctx: restate.ObjectContext<AccountState>, cents: number): Promise<number> => {
      assertAmount(cents);
      if (await ctx.get("closed")) {
        throw new restate.TerminalError(`The account ${ctx.key} is closed`, { errorCode: 410 });
      }
      return add(ctx, cents);
    },

    // Handlers that write run one after the other for a key. Nobody spends what this one has just checked.
    withdraw: async (ctx: restate.ObjectContext<AccountState>, cents: number): Promise<number> => {
      assertAmount(cents);
      const balance = (await ctx.get("balance")) ?? 0;
      if (balance < cents) {
        // Terminal: no retry makes the balance grow. The caller gets it, and nothing has changed.
        throw new restate.TerminalError(`Insufficient funds: ${balance} cents are left`, {
          errorCode: 402,
        });
      }
      return add(ctx, -cents);
    },

    // Money that comes back has to go somewhere, so this is never refused, and for other services only.
    refund: restate.handlers.object.exclusive(
      { ingressPrivate: true },
      async (ctx: restate.ObjectContext<AccountState>, cents: number): Promise<number> =>
        add(ctx, cents),
    ),

    close: async (ctx: restate.ObjectContext<AccountState>): Promise<void> => {
      ctx.set("closed", true);
    },

    balance: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<AccountState>): Promise<number> =>
        (await ctx.get("balance")) ?? 0,
    ),
  },
});

async function add(ctx: restate.ObjectContext<AccountState>, cents: number): Promise<number> {
  const balance = ((await ctx.get("balance")) ?? 0) + cents;
  ctx.set("balance", balance);
  return balance;
}

function assertAmount(cents: number): void {
  if (Number.isSafeInteger(cents) && cents > 0) return;
  throw new restate.TerminalError(`An amount is a whole number of cents above zero, not ${cents}`, {
    errorCode: 400,
  });
}
