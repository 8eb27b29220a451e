/** Shows the JSON lines of an invocation that had to be tried again: each of them once. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { checkout } from "./src/checkout.js";
import { createLogger } from "./src/logger.js";
import { pinoTransport } from "./src/pino-transport.js";
import type { Example } from "../support/contract.js";

interface Line {
  readonly level: string;
  readonly source: string;
  readonly msg: string;
  readonly invocation: string;
  readonly target: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

const lines: string[] = [];
const logger = createLogger({ write: (line) => lines.push(line) });

export default {
  title: "JSON logs with pino",
  endpoint: { services: [checkout], logger: pinoTransport(logger) },
  play: async ({ narrator, ingress, ask, key }) => {
    narrator.act("What a handler logs, and what the SDK has to say of it");
    const client = ingress.serviceClient<typeof checkout>({ name: "Checkout" });
    const purchase = { cents: 4200, card: key("4111-1111") };
    equal(await ask("Checkout/pay", () => client.pay(purchase)), "receipt over 4200");
    const parsed = lines.map((line) => JSON.parse(line) as Line);
    const about = parsed.filter(({ target }) => target === "Checkout/pay");
    for (const { level, source, msg } of about) narrator.fact(`${level} ${source}`, msg);
    narrator.fact("the last one", lines.at(-1)?.trim() ?? "");

    const own = about.filter(({ source }) => source === "USER");
    deepEqual(
      own.map(({ level, msg }) => `${level} ${msg}`),
      ["info charging", "info charged"],
    );
    deepEqual(own[0]?.data, { cents: 4200, card: "[Redacted]" });
    ok(lines.every((line) => !line.includes(purchase.card)));
    ok(about.some(({ level, source }) => source === "JOURNAL" && level === "warn"));
    equal(new Set(about.map(({ invocation }) => invocation)).size, 1);
    narrator.moral("The first charge failed, so the handler ran twice. It logged once.");
  },
} satisfies Example;
