/** Every example plays on a real server, and every answer is as it should be. Those that need more bring servers of their own. */
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, it } from "vitest";
import { exampleNames, loadExample } from "../../examples/support/catalog.js";
import { createNarrator } from "../../examples/support/narrator.js";
import { openStage } from "../../examples/support/stage.js";
import { RestateServer } from "../support/real-server/index.js";

const names = await exampleNames();
const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
let server: RestateServer;

beforeAll(async () => {
  server = await RestateServer.start();
});

afterAll(() => server.stop());

describe.each(names)("the example %s", (name) => {
  it("plays to its end", { timeout: 120_000 }, async (context) => {
    const example = await loadExample(name);
    const missing = example.missing?.();
    if (missing !== undefined) {
      console.warn(`Skipping the example ${name}: ${missing}`);
      context.skip(missing);
    }
    const stage = await openStage(example, createNarrator(silent), { server });
    try {
      await example.play(stage);
    } finally {
      await stage.close();
    }
  });
});
