/**
 * `npm run example <name>`: starts a Restate server and the services of an example, sends the requests that show them at
 * work, tells what happens and stays up. With --once it ends after the last request: exit code 0 if every answer was as it
 * should be, otherwise 1. With --in-process, or where npm has no server for the platform, the test kit plays the server.
 * Without a name it lists the examples. `npm start` plays the one that is called tour.
 */
import { exampleNames, loadExample } from "./support/catalog.js";
import type { Example, Stage } from "./support/contract.js";
import { createNarrator } from "./support/narrator.js";
import { openStage } from "./support/stage.js";

const flags = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const [name] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const once = flags.includes("--once");
const narrator = createNarrator(process.stdout);
const interrupted = new Promise<"interrupted">((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => resolve("interrupted"));
  }
});
process.exit((await (name === undefined ? list() : play(name))) ? 0 : 1);

async function list(): Promise<boolean> {
  narrator.title("npm run example <name>");
  for (const each of await exampleNames()) narrator.fact(each, (await loadExample(each)).title);
  return true;
}

/** Whether everything went as it should. */
async function play(exampleName: string): Promise<boolean> {
  let stage: Stage | undefined;
  try {
    const example = await loadExample(exampleName);
    narrator.title(example.title);
    stage = await openStage(example, narrator, { inProcess: flags.includes("--in-process") });
    for (const [fact, value] of Object.entries(stage.facts)) narrator.fact(fact, value);
    const ended = await Promise.race([example.play(stage), interrupted]);
    if (ended === "interrupted") return !once;
    if (!once) await stayUp(example, stage);
    return true;
  } catch (error) {
    narrator.problem(error instanceof Error ? error.message : String(error));
    return false;
  } finally {
    await stage?.close();
  }
}

async function stayUp(example: Example, stage: Stage): Promise<void> {
  narrator.act("Your turn");
  const command = example.tryIt?.(stage);
  if (command !== undefined) narrator.fact("try", command);
  if (stage.facts["UI"] !== undefined) narrator.fact("look at", stage.facts["UI"]);
  narrator.fact("end", "Ctrl-C");
  await interrupted;
}
