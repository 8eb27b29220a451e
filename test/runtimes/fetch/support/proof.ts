/** What has to work on every runtime, as tests against a real server. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, IngressError } from "../../../support/real-server/index.js";
import { askHealth, askToInvoke, breakOff } from "./ask.js";
import { register, type Deployment } from "./hosted.js";
import { startSigningServer, type SigningServer } from "./signing-server.js";

export interface Proof {
  /** Starts the runtime. Trusts the key, and nobody else. */
  readonly start: (identityKey: string) => Promise<Deployment>;
  readonly mode: "RequestResponse" | "BidiStream";
  /** The types of what user code finds in extraArgs. */
  readonly extraArgs: readonly string[];
  /** Whether code still runs when the connection is gone. Default: yes. */
  readonly noticesLostConnections?: boolean;
}

let signing: SigningServer | undefined;
let keys = 0;

/** Stops the server that all proofs of a file share. */
export async function stopServer(): Promise<void> {
  await signing?.stop();
}

export function prove({ start, mode, extraArgs, noticesLostConnections = true }: Proof): void {
  let deployment: Deployment;
  let id: string;
  const ingress = () => signing!.server.ingress;
  const key = `key-${(keys += 1)}`;

  beforeAll(async () => {
    signing ??= await startSigningServer();
    deployment = await start(signing.identityKey);
    id = await register(signing.server, deployment);
  }, 120_000);

  afterAll(async () => {
    await (deployment as Deployment | undefined)?.stop();
  });

  test("announces how it talks", async () => {
    const { adminUrl } = signing!.server;
    const answer = await fetch(`${adminUrl}/deployments/${id}`);
    expect(await answer.json()).toMatchObject({ protocol_type: mode });
    expect(await askHealth(deployment)).toEqual({ status: 200, text: "OK" });
  });

  test("run, sleep, call, state and awakeable", async () => {
    const { invocationId } = await ingress().send("Journey/travel", key);
    const letter = await eventually(async () => {
      const answer = await ingress().call<{ letter: string }>(`Mailbox/${key}/look`);
      expect(answer.letter).toMatch(/^sign_1|prom_1/);
      return answer.letter;
    });
    await ingress().resolveAwakeable(letter, "the word");
    expect(await ingress().attach(invocationId)).toBe(`ticket of ${key}, the word, 1`);
  });

  test("concurrent branches replay in the order they ran in", async () => {
    const orders = await Promise.all(
      [1, 2, 3, 4].map(() => ingress().call<number[]>("Journey/branch", 6)),
    );
    for (const order of orders) expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("a failed attempt is retried, a terminal error reaches the caller", async () => {
    const error: unknown = await ingress()
      .call("Journey/stumble")
      .catch((it: unknown) => it);
    expect(error).toBeInstanceOf(IngressError);
    expect(error).toMatchObject({ status: 418, message: "stumbled for good" });
  });

  test("megabytes in both directions", async () => {
    const load = "abcdefgh".repeat(256 * 1024);
    const result = await ingress().call<string>("Journey/carry", load);
    expect(result.length).toBe(load.length);
    expect(result === load).toBe(true);
  });

  test("fifty invocations at once", async () => {
    const calls = Array.from({ length: 50 }, () => ingress().call("Journey/look"));
    const expected = { extraArgs, aborted: false, id: 36 };
    expect(await Promise.all(calls)).toEqual(calls.map(() => expected));
  });

  if (noticesLostConnections) {
    test("an attempt that the server gives up is aborted", async () => {
      const { admin } = signing!.server;
      const { invocationId } = await ingress().send("Journey/linger");
      const lingers = async (expected: boolean): Promise<void> => {
        const ids = await ingress().call<string[]>("Journey/lingering");
        expect(ids.includes(invocationId)).toBe(expected);
      };
      await eventually(() => lingers(true));
      await admin.kill(invocationId);
      await eventually(() => lingers(false));
    });
  }

  test("a request that nobody signed is refused", async () => {
    const { status, text } = await askToInvoke(deployment);
    expect([status, JSON.parse(text)]).toEqual([401, { message: "Unauthorized" }]);
  });

  test("a client that goes away disturbs nobody", async () => {
    for (let turn = 0; turn < 5; turn++) await breakOff(deployment);
    expect(await ingress().call("Journey/look")).toMatchObject({ id: 36 });
  });
}
