/** Services in the versions that journals are recorded with and replayed against; also a module for the command line. */
import * as restate from "@restatedev/restate-sdk";
import { Tally } from "../support/tally.js";

export const effects = new Tally();

const stock = restate.object({
  name: "Stock",
  handlers: {
    take: async (ctx: restate.ObjectContext, amount: number) => {
      ctx.set("left", ((await ctx.get<number>("left")) ?? 100) - amount);
    },
  },
});

type Part = (ctx: restate.WorkflowContext) => Promise<unknown>;

/** What the code does at its beginning, and behind the point at which its invocations wait. */
export interface Version {
  readonly begin: Part;
  readonly finish: Part;
}

export const today: Version = {
  begin: (ctx) => ctx.run("reserve", () => effects.hit(`reserve ${ctx.key}`)),
  finish: async () => "today",
};

/** One command of almost every kind, with values that depend on invocation id and seed. */
async function everything(ctx: restate.WorkflowContext): Promise<void> {
  const id = ctx.rand.uuidv4();
  ctx.set("id", id);
  ctx.set("other", 1);
  await ctx.get("id");
  await ctx.get("absent");
  await ctx.stateKeys();
  ctx.clear("other");
  await ctx.sleep(1);
  await ctx.date.now();
  const call = ctx.objectClient(stock, ctx.key).take(1);
  await call;
  const sent = ctx.objectSendClient(stock, `${ctx.key} later`);
  const handle = sent.take(2, restate.rpc.sendOpts({ delay: 50 }));
  await ctx.invocation(await handle.invocationId).attach();
  const { id: awakeable, promise } = ctx.awakeable<string>();
  ctx.resolveAwakeable(awakeable, `${id} ${String(ctx.request().id)}`);
  await promise;
  await ctx.promise<string>("approved").peek();
  await ctx
    .run("declined", () => {
      throw new restate.TerminalError("no", { errorCode: 409 });
    })
    .catch(() => undefined);
  await Promise.race([ctx.sleep({ hours: 1 }), ctx.run("quick", () => "ünïcode")]);
}

export function servicesOf({ begin, finish }: Version) {
  const orders = restate.workflow({
    name: "Orders",
    handlers: {
      run: async (ctx: restate.WorkflowContext, _cents: number) => {
        await begin(ctx);
        await everything(ctx);
        await ctx.promise<string>("approved").get();
        return finish(ctx);
      },
      approve: async (ctx: restate.WorkflowSharedContext) => {
        await ctx.promise<string>("approved").resolve("yes");
      },
    },
  });
  return [orders, stock];
}

export const breaking: Version = { ...today, begin: (ctx) => ctx.run("hold", () => "held") };

export const services = servicesOf(process.env["VERSION"] === "breaking" ? breaking : today);

// As modules do that are written to be started, and not to be looked at.
if (process.env["SERVE"] !== undefined) await restate.serve({ services, logger: () => undefined });
