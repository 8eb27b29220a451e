/** The steps of an order, each a piece of durable code of its own. */
import * as restate from "@restatedev/restate-sdk";
import { NOTHING_YET, type FlowState, type Order, type Outcome, type Progress } from "./order.js";
import { carrier, payments, warehouse } from "./outside.js";

const MAX_CARDS = 3;

/** A payment should not wait as long as the server would by default. */
const RETRIES = { initialRetryInterval: { milliseconds: 100 }, maxRetryInterval: { minutes: 1 } };

type Ctx = restate.WorkflowContext<FlowState>;

/** One step for each item: after a crash, only those that are left are reserved. */
export async function reserve(ctx: Ctx, { items }: Order): Promise<string[]> {
  const places: Record<string, string | null> = {};
  for (const item of items) {
    places[item] = await ctx.run(`reserve ${item}`, () => warehouse.reserve(ctx.key, item));
    await show(ctx, { stage: "reserving", items: places });
  }
  return items.filter((item) => places[item] !== null);
}

export async function pay(ctx: Ctx, order: Order, cents: number): Promise<boolean> {
  let { card } = order;
  for (let declinedCards = 1; ; declinedCards++) {
    await show(ctx, { stage: "paying" });
    // The provider answers a repeated key as it did before, so every card needs another one.
    const payment = { orderId: ctx.key, key: `${ctx.key}/${declinedCards}`, card, cents };
    const answer = await ctx.run("charge", () => payments.charge(payment), RETRIES);
    if (answer === "paid") return true;
    if (declinedCards === MAX_CARDS) return false;

    await show(ctx, { stage: "waiting for another card", declinedCards });
    const next = await restate.RestatePromise.select({
      card: ctx.promise<string>(cardAfter(declinedCards)).get(),
      tooLate: ctx.sleep(order.cardWithin ?? { days: 3 }),
    });
    if (next.tag === "tooLate") return false;
    card = next.value;
  }
}

/** For whoever has not paid, or nobody knows: the last charge may have been under way. To give back nothing does no harm. */
export async function giveBack(ctx: Ctx, { items }: Order): Promise<void> {
  await ctx.run("refund", () => payments.refund(ctx.key));
  for (const item of items) {
    await ctx.run(`release ${item}`, () => warehouse.release(ctx.key, item));
  }
}

/** One parcel for each place, all at the same time. */
export async function ship(ctx: Ctx, items: readonly string[]): Promise<string[]> {
  await show(ctx, { stage: "shipping" });
  const { items: places } = (await ctx.get("progress")) ?? NOTHING_YET;
  const parcels = [...new Set(items.map((item) => `${ctx.key} from ${places[item]}`))];
  await restate.RestatePromise.all(
    parcels.map((parcel) => ctx.run(`ship ${parcel}`, () => carrier.ship(parcel))),
  );
  return parcels;
}

/** A carrier that calls nobody back has to be asked. Between two rounds nothing runs. */
export async function untilDelivered(
  ctx: Ctx,
  order: Order,
  parcels: readonly string[],
): Promise<void> {
  const arrived: Record<string, boolean> = Object.fromEntries(parcels.map((each) => [each, false]));
  for (;;) {
    await show(ctx, { stage: "on its way", parcels: arrived });
    const open = parcels.filter((parcel) => !arrived[parcel]);
    if (open.length === 0) return;
    await ctx.sleep(order.trackEvery ?? { hours: 6 });
    for (const parcel of open) {
      arrived[parcel] = await ctx.run(`track ${parcel}`, () => carrier.isDelivered(parcel));
    }
  }
}

async function show(ctx: Ctx, change: Partial<Progress>): Promise<void> {
  ctx.set("progress", { ...((await ctx.get("progress")) ?? NOTHING_YET), ...change });
}

export async function end(ctx: Ctx, outcome: Outcome): Promise<Outcome> {
  await show(ctx, { stage: "over", outcome });
  return outcome;
}

/** Each card has a promise of its own, since a promise is settled once. */
export function cardAfter(declinedCards: number): string {
  return `card after ${declinedCards}`;
}
