/**
 * `npm start`: starts a Restate server with the example services, sends them requests, tells what happens and stays up.
 * With --once it ends after the last request: exit code 0 if every answer was as it should be, otherwise 1. Where npm has
 * no server for the platform, or with --in-process, the test kit plays it.
 */
import { playAll } from "./demo/acts.js";
import { createNarrator } from "./demo/narrator.js";
import { openStage, type Stage } from "./demo/stage.js";

const once = process.argv.includes("--once");
const narrator = createNarrator(process.stdout);
const interrupted = new Promise<"interrupted">((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => resolve("interrupted"));
  }
});
process.exit((await play()) ? 0 : 1);

/** Whether everything went as it should. */
async function play(): Promise<boolean> {
  let stage: Stage | undefined;
  try {
    narrator.title("Restate: a service, an object, a workflow");
    stage = await openStage(narrator, { inProcess: process.argv.includes("--in-process") });
    introduce(stage);
    const ended = await Promise.race([playAll(stage, narrator), interrupted]);
    if (ended === "interrupted") return !once;
    if (!once) await stayUp(stage);
    return true;
  } catch (error) {
    narrator.problem(error instanceof Error ? error.message : String(error));
    return false;
  } finally {
    await stage?.close();
  }
}

function introduce({ facts }: Stage): void {
  for (const [name, value] of Object.entries(facts)) narrator.fact(name, value);
}

async function stayUp({ ingress, facts, key }: Stage): Promise<void> {
  narrator.act("Your turn");
  narrator.fact("try", `curl ${ingress.url}/Counter/${key("door")}/add --json 1`);
  if (facts["UI"] !== undefined) narrator.fact("look at", facts["UI"]);
  narrator.fact("end", "Ctrl-C");
  await interrupted;
}
