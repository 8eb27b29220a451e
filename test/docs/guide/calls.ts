/** The code of docs/calls.md. */
import * as restate from "@restatedev/restate-sdk";

export const printer = restate.object({
  name: "Printer",
  handlers: {
    print: async (ctx: restate.ObjectContext<{ printed: string[] }>, text: string) => {
      if (text === "") throw new restate.TerminalError("Nothing to print", { errorCode: 422 });
      const printed = [...((await ctx.get("printed")) ?? []), text];
      ctx.set("printed", printed);
      return printed.length;
    },
  },
});

const converter = restate.service({
  name: "Converter",
  handlers: { toText: async (_ctx: restate.Context, page: number) => `page ${page}` },
});

export const office = restate.service({
  name: "Office",
  handlers: {
    publish: async (ctx: restate.Context, pages: number) => {
      const first = ctx.serviceClient(converter).toText(1); // Under way from here on.
      const last = ctx.serviceClient(converter).toText(pages);
      const text = `${await first} to ${await last}`;

      try {
        return await ctx.objectClient(printer, "laser").print(text);
      } catch (error) {
        // The printer's own TerminalError. Whatever else goes wrong there is retried there.
        if (error instanceof restate.TerminalError && error.code === 422) return 0;
        throw error;
      }
    },

    remind: async (ctx: restate.Context, text: string) => {
      const reminder = ctx
        .objectSendClient(printer, "laser")
        .print(text, restate.rpc.sendOpts({ delay: { days: 7 } }));
      return reminder.invocationId; // To attach to it, or to cancel it.
    },

    forget: async (ctx: restate.Context, invocationId: string) => {
      ctx.invocation(restate.InvocationIdParser.fromString(invocationId)).cancel();
    },

    printOnce: async (ctx: restate.Context, document: { id: string; text: string }) => {
      const laser = ctx.objectClient(printer, "laser");
      return laser.print(document.text, restate.rpc.opts({ idempotencyKey: document.id }));
    },

    fastest: async (ctx: restate.Context, names: string[]) => {
      const calls = names.map((name) => ctx.objectClient(printer, name).print("hello"));
      const winner = await restate.RestatePromise.race(calls);
      // The winner has ended: to it, this is nothing.
      for (const call of calls) ctx.invocation(await call.invocationId).cancel();
      return winner;
    },

    anything: async (ctx: restate.Context, target: { service: string; key: string }) =>
      ctx.genericCall<string, number>({
        ...target,
        method: "print",
        parameter: "hello",
        inputSerde: restate.serde.json,
        outputSerde: restate.serde.json,
      }),
  },
});

export const services = [printer, converter, office];
