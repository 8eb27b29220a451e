/** A durable webhook: takes signed events, answers when they are safe, and has each of them processed once. */
import * as restate from "@restatedev/restate-sdk";
import { bookPayment } from "./accounts.js";
import { isFresh, isSigned } from "./signature.js";

export interface PaymentEvent {
  readonly type: string;
  readonly invoice: string;
  readonly cents: number;
}

/** Shared with the sender. Served (src/serve.ts), the one of the example will not do. */
export const secret = process.env["WEBHOOK_SECRET"] ?? "only for this example";

/** Does what an event asks for. It cannot be called from outside, where anybody could claim to have paid. */
export const payments = restate.service({
  name: "IncomingPayments",
  handlers: {
    book: async (ctx: restate.Context, { invoice, cents }: PaymentEvent): Promise<void> => {
      // The id of the event, which is the same for every delivery and every attempt.
      const reference = ctx.request().idempotencyKey ?? ctx.request().id;
      await ctx.run("book the payment", () => bookPayment({ reference, invoice, cents }));
    },
  },
  options: {
    ingressPrivate: true,
    retryPolicy: { initialInterval: { milliseconds: 50 } },
    // How long a repetition is recognised as one: longer than the sender goes on repeating.
    idempotencyRetention: { days: 7 },
  },
});

export const webhook = restate.service({
  name: "PaymentWebhook",
  handlers: {
    receive: restate.handlers.handler(
      // The bytes as they were sent, since these are what was signed; though what they say is JSON.
      { input: restate.serde.binary, accept: "application/json" },
      async (ctx: restate.Context, body: Uint8Array): Promise<string> => {
        const { headers } = ctx.request();
        const id = headers.get("webhook-id") ?? "";
        const delivery = { id, timestamp: headers.get("webhook-timestamp") ?? "", body };
        if (id === "" || !isSigned(delivery, headers.get("webhook-signature") ?? "", secret)) {
          throw new restate.TerminalError("The signature is not right", { errorCode: 401 });
        }
        // The time at which it came. Should this handler be replayed later, it is still that time.
        if (!isFresh(delivery, await ctx.date.now())) {
          throw new restate.TerminalError("The delivery is too old", { errorCode: 400 });
        }
        const event = parse(body);
        // An error would have the sender repeat what we shall never be interested in.
        if (event.type !== "invoice.paid") return `no interest in ${event.type}`;

        // Senders repeat an event until they get an answer, so it may come several times, even at the same moment. With its
        // id as key, only the first of these messages starts an invocation. The others get the id of that one.
        const { invocationId } = ctx
          .serviceSendClient(payments)
          .book(event, restate.rpc.sendOpts({ idempotencyKey: id }));
        // Once there is an id, Restate has the event. No need to keep the sender waiting until it is processed.
        return invocationId;
      },
    ),
  },
});

function parse(body: Uint8Array): PaymentEvent {
  try {
    const event = JSON.parse(new TextDecoder().decode(body)) as Partial<PaymentEvent> | null;
    const { type, invoice, cents } = event ?? {};
    if (typeof type === "string" && typeof invoice === "string" && Number.isInteger(cents)) {
      return event as PaymentEvent;
    }
  } catch {
    // The answer is the same.
  }
  throw new restate.TerminalError("This is no event", { errorCode: 400 });
}
