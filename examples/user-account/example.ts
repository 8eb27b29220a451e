/** Shows accounts that are never overdrawn, and transfers that move all of the money or none. */
import { equal } from "node:assert/strict";
import { transfers } from "./src/transfers.js";
import { userAccount } from "./src/user-account.js";
import type { Example } from "../support/contract.js";

export default {
  title: "Accounts that are never overdrawn, and transfers between them",
  endpoint: { services: [userAccount, transfers] },
  play: async ({ narrator, ingress, ask, refused, key }) => {
    const accountOf = (user: string) =>
      ingress.objectClient<typeof userAccount>({ name: "UserAccount" }, key(user));
    const [ann, bob] = [accountOf("ann"), accountOf("bob")];
    const transfer = ingress.serviceClient<typeof transfers>({ name: "Transfers" });
    const [annKey, bobKey] = [key("ann"), key("bob")];

    narrator.act("An account that is never overdrawn");
    equal(await ask("UserAccount/ann/deposit 100", () => ann.deposit(100)), 100);
    const paid = await ask("UserAccount/ann/withdraw 80, twice at the same moment", async () => {
      const both = await Promise.allSettled([ann.withdraw(80), ann.withdraw(80)]);
      return both.filter(({ status }) => status === "fulfilled").length;
    });
    equal(paid, 1);
    const refusal = await refused("UserAccount/ann/withdraw 80", () => ann.withdraw(80));
    equal(refusal.status, 402);

    narrator.act("Transfers that cross each other");
    equal(await ask("UserAccount/bob/deposit 100", () => bob.deposit(100)), 100);
    await ask("Transfers/send from ann to bob, and from bob to ann", async () => {
      await Promise.all([
        transfer.send({ from: annKey, to: bobKey, cents: 10 }),
        transfer.send({ from: bobKey, to: annKey, cents: 50 }),
      ]);
    });
    equal(await ask("UserAccount/ann/balance", () => ann.balance()), 60);
    equal(await ask("UserAccount/bob/balance", () => bob.balance()), 60);

    narrator.act("A transfer whose second half fails");
    await ask("UserAccount/bob/close", () => bob.close());
    const comesBack = await refused("Transfers/send from ann to bob", () =>
      transfer.send({ from: annKey, to: bobKey, cents: 30 }),
    );
    equal(comesBack.status, 410);
    equal(await ask("UserAccount/ann/balance", () => ann.balance()), 60);
    narrator.moral(
      "No lock, no transaction: one writer for each account, and a refund that is certain.",
    );
  },
  tryIt: ({ ingressUrl, key }) =>
    `curl ${ingressUrl}/UserAccount/${key("ann")}/withdraw --json 1000`,
} satisfies Example;
