/** Prints what happens, aligned, in colour only where a terminal shows it. */
import type { Writable } from "node:stream";

export interface Narrator {
  title(text: string): void;
  fact(name: string, value: string): void;
  act(title: string): void;
  /** A request that is sent, with a remark on how. */
  request(target: string, input?: unknown, remark?: string): void;
  answer(value: string, tookMs: number): void;
  /** A step that a service took. */
  step(name: string, outcome: "done" | "failed", reason?: string): void;
  moral(text: string): void;
  problem(text: string): void;
}

const FACT_WIDTH = 24;
const STEP_WIDTH = 24;
const TARGET_WIDTH = 30;
const ANSWER_WIDTH = 28;

export function createNarrator(stream: Writable & { readonly isTTY?: boolean }): Narrator {
  const paint = painter(stream.isTTY === true && process.env["NO_COLOR"] === undefined);
  const say = (line = ""): void => void stream.write(`${line}\n`);
  let acts = 0;
  return {
    title: (text) => say(`\n${paint.bold(text)}\n`),
    fact: (name, value) => say(`  ${paint.dim(name.padEnd(FACT_WIDTH))}${value}`),
    act: (title) => say(`\n${paint.bold(`${++acts}. ${title}`)}\n`),
    request: (target, input, remark) => {
      const text = input === undefined ? "" : JSON.stringify(input);
      const line = `  ${paint.cyan("→")} ${target.padEnd(TARGET_WIDTH)} ${text}`.trimEnd();
      say(remark === undefined ? line : `${line}  ${paint.dim(remark)}`);
    },
    answer: (value, tookMs) => {
      const time = paint.dim(`${tookMs} ms`.padStart(8));
      say(`  ${paint.cyan("←")} ${value.padEnd(ANSWER_WIDTH)} ${time}`);
    },
    step: (name, outcome, reason) => {
      const mark = outcome === "done" ? paint.green("✓") : paint.yellow("✗");
      const why = reason === undefined ? "" : paint.dim(reason);
      say(`    ${mark} ${`${name.padEnd(STEP_WIDTH)} ${why}`.trimEnd()}`);
    },
    moral: (text) => say(`\n  ${paint.dim(text)}`),
    problem: (text) => say(`\n${paint.red("Failed:")} ${text}`),
  };
}

type Paint = (text: string) => string;

function painter(
  inColour: boolean,
): Record<"bold" | "dim" | "red" | "green" | "yellow" | "cyan", Paint> {
  const style =
    (on: number, off: number): Paint =>
    (text) =>
      inColour ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    bold: style(1, 22),
    dim: style(2, 22),
    red: style(31, 39),
    green: style(32, 39),
    yellow: style(33, 39),
    cyan: style(36, 39),
  };
}
