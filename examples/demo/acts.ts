/** What the demo shows: one act for each kind of service. Every outcome is checked. */
import { inspect, isDeepStrictEqual } from "node:util";
import { IngressError } from "../../test/support/real-server/index.js";
import { outbox } from "../signup/src/mailer.js";
import type { Narrator } from "./narrator.js";
import type { Stage } from "./stage.js";

export async function playAll(stage: Stage, narrator: Narrator): Promise<void> {
  const call = narratedCall(stage, narrator);
  await service(call, narrator);
  await object(stage, narrator, call);
  await workflow(stage, narrator, call);
}

type Call = (target: string, input: unknown, expected: unknown) => Promise<void>;

async function service(call: Call, narrator: Narrator): Promise<void> {
  narrator.act("A service whose step fails, and is retried");
  await call("Greeter/greet", { name: "Ada", language: "fr" }, "Bonjour, Ada!");
  await call("Greeter/greet", { name: "", language: "fr" }, failure(400, "Who is there?"));
  narrator.moral("The step was repeated until it worked. A terminal error is not retried.");
}

async function object(stage: Stage, narrator: Narrator, call: Call): Promise<void> {
  narrator.act("An object that counts, one writer at a time");
  const door = `Counter/${stage.key("door")}`;
  await call(`${door}/add`, 1, 1);

  const visitors = 10;
  narrator.request(`${door}/add`, 1, "ten times at the same moment");
  const startedAt = Date.now();
  const counts = await Promise.all(
    Array.from({ length: visitors }, () => stage.ingress.call<number>(`${door}/add`, 1)),
  );
  counts.sort((a, b) => a - b);
  narrator.answer(counts.join(" "), Date.now() - startedAt);
  assertEqual(counts, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11], "ten concurrent additions");

  await call(`${door}/value`, undefined, 11);
  narrator.moral("Nobody counted over anybody else, without a lock. Restate keeps the state.");
}

async function workflow(stage: Stage, narrator: Narrator, call: Call): Promise<void> {
  narrator.act("A workflow that waits for a click, or for a timer");
  const ada = `Signup/${stage.key("ada")}`;
  const email = `${stage.key("ada")}@example.org`;
  const user = { email, linkValidFor: { minutes: 5 } };
  narrator.request(`${ada}/run`, user, "sent, not waited for");
  const { invocationId } = await stage.ingress.send(`${ada}/run`, user);

  const secret = await emailedSecret(email);
  await call(`${ada}/status`, undefined, "waiting for the click");
  await call(`${ada}/click`, "guessed", failure(403, "This link is not valid"));
  await call(`${ada}/click`, secret, undefined);
  assertEqual(await stage.ingress.attach(invocationId), "member", "the outcome of the signup");
  await call(`${ada}/status`, undefined, "member");

  const bob = { email: "bob@example.org", linkValidFor: { milliseconds: 800 } };
  await call(`Signup/${stage.key("bob")}/run`, bob, "link expired");
  narrator.moral(
    "While it waited, nothing ran: promise and timer were in Restate, not in a process.",
  );
}

/** The link arrives by email, as soon as the workflow has sent it. */
async function emailedSecret(address: string): Promise<string> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const email = outbox.find(({ to }) => to === address);
    if (email !== undefined) return email.text;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`No email to ${address} was sent within ten seconds`);
}

interface Failure {
  readonly status: number;
  readonly message: string;
}

function failure(status: number, message: string): Failure {
  return { status, message };
}

function isFailure(answer: unknown): answer is Failure {
  return typeof answer === "object" && answer !== null && "status" in answer;
}

/** Sends a request, tells about it and checks the answer. */
function narratedCall(stage: Stage, narrator: Narrator): Call {
  return async (target, input, expected) => {
    narrator.request(target, input);
    const startedAt = Date.now();
    let answer: unknown;
    try {
      answer = await stage.ingress.call(target, input);
    } catch (error) {
      if (!(error instanceof IngressError)) throw error;
      answer = failure(error.status, error.message);
    }
    narrator.answer(describe(answer), Date.now() - startedAt);
    assertEqual(answer, expected, target);
  };
}

function describe(answer: unknown): string {
  if (answer === undefined) return "done";
  if (isFailure(answer)) return `${answer.status} ${answer.message}`;
  return JSON.stringify(answer);
}

function assertEqual(actual: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${what} should give ${inspect(expected)}, but gave ${inspect(actual)}`);
}
