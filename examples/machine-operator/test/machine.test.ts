/** Whatever comes at once, and whatever dies, a machine goes on and off in turn, and its status tells the truth. */
import {
  createTestEnvironment,
  exploreCancellations,
  exploreCrashes,
  exploreSchedules,
  fails,
  type Scenario,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { describe, expect, test } from "vitest";
import { machine, type Status } from "../src/machine.js";
import { MachineJammed } from "../src/machine-controller.js";

const services = [machine];
const pressOf = (env: TestEnvironment) => env.call(machine, "press");

test("it is set up and torn down", async () => {
  await using env = await createTestEnvironment({ services });
  connect(env);
  expect(await pressOf(env).status()).toBe("down");
  expect(await pressOf(env).setUp()).toBe("up");
  expect(await pressOf(env).tearDown()).toBe("down");
});

test.each([
  ["setUp", "up"],
  ["setUp", "broken"],
  ["tearDown", "down"],
  ["tearDown", "broken"],
  ["repaired", "up"],
  ["repaired", "down"],
] as const)("%s is refused when it is %s, and nothing is sent", async (handler, status) => {
  await using env = await createTestEnvironment({ services });
  const { log } = connect(env);
  env.stateOf<{ status: Status }>(machine, "press").set("status", status);
  await expect(pressOf(env)[handler]()).rejects.toMatchObject({ code: 409 });
  expect(log).toEqual([]);
  expect(await pressOf(env).status()).toBe(status);
});

test("requests that come during a slow set-up wait for it, and are answered in their order", async () => {
  await using env = await createTestEnvironment({ services });
  let finish = () => {};
  env.mockRun("switch on", () => new Promise<void>((resolve) => (finish = resolve)));
  env.mockRun("switch off", () => undefined);
  const setUp = env.send(machine, "press").setUp();
  await env.clock.advance({ minutes: 1 }, { whileBusy: true });
  const [tearDown, again] = [
    env.send(machine, "press").tearDown(),
    env.send(machine, "press").tearDown(),
  ];
  expect(await pressOf(env).status()).toBe("setting up");
  expect([tearDown.status, again.status]).toEqual(["pending", "pending"]);
  finish();
  expect(await setUp.result()).toBe("up");
  expect(await tearDown.result()).toBe("down");
  await expect(again.result()).rejects.toMatchObject({ code: 409 });
});

test("a command that is lost on the way is sent again", async () => {
  await using env = await createTestEnvironment({ services });
  const command = env.mockRun(
    "switch on",
    fails(5, new Error("no connection"), () => undefined),
  );
  expect(await pressOf(env).setUp()).toBe("up");
  expect(command.executions).toHaveLength(6);
});

test("a jammed machine is broken until somebody was there", async () => {
  await using env = await createTestEnvironment({ services });
  const jam = env.mockRun("switch on", () => {
    throw new MachineJammed("press is jammed");
  });
  await expect(pressOf(env).setUp()).rejects.toMatchObject({ code: 503 });
  expect(jam.executions).toHaveLength(1);
  expect(await pressOf(env).status()).toBe("broken");
  expect(await pressOf(env).repaired()).toBe("down");
});

test("other machines do not wait", async () => {
  await using env = await createTestEnvironment({ services });
  env.mockRun("switch on", ({ target }) =>
    target.includes("slow") ? new Promise(() => {}) : undefined,
  );
  env.send(machine, "slow").setUp();
  expect(await env.call(machine, "quick").setUp()).toBe("up");
});

describe("set-ups and tear-downs at once", () => {
  const crowd: Scenario = {
    services,
    run: async (env, effects) => {
      const controller = connect(env, (line) => effects.record(line, { key: line }));
      const press = pressOf(env);
      const requests = [
        press.setUp(),
        press.setUp(),
        press.tearDown(),
        press.tearDown(),
        press.setUp(),
      ];
      const outcomes = await Promise.allSettled(requests);
      // Everyone got an answer, the machine went on and off in turn, and the last thing it did is what its status says.
      const done = outcomes.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      expect(done).toEqual(["up", "down", "up"]);
      expect(controller.log).toHaveLength(done.length);
      const lines = ["press: switch on", "press: switch off"];
      controller.log.forEach((line, index) => expect(line).toBe(lines[index % 2]));
      expect(await press.status()).toBe("up");
    },
  };

  test("are done or refused one after the other, in every order", async () => {
    await exploreSchedules(crowd, { compare: ["result"] });
  });

  test("are done or refused one after the other, wherever the process dies", async () => {
    const { repeatedRuns } = await exploreCrashes(crowd);
    expect(new Set(repeatedRuns.map(({ run }) => run))).toEqual(
      new Set(["switch on", "switch off"]),
    );
  });
});

test("who cancels a set-up on its way leaves a machine that must be looked at", async () => {
  await exploreCancellations(
    { services, run: (env) => (connect(env), pressOf(env).setUp()) },
    {
      after: ({ env, invocation }) => {
        const { status } = env.stateOf<{ status: Status }>(machine, "press").getAll();
        if (invocation.outcome?.kind === "failed") expect(status).toBe("broken");
      },
    },
  );
});

/** Commands go to machines of this run alone, which take no time and lose nothing. */
function connect(env: TestEnvironment, onDone: (line: string) => void = () => {}) {
  const log: string[] = [];
  for (const command of ["switch on", "switch off"]) {
    env.mockRun(command, ({ target }) => {
      const line = `${target.split("/")[1] ?? ""}: ${command}`;
      if (log.at(-1) !== line) log.push(line);
      onDone(line);
    });
  }
  return { log };
}
