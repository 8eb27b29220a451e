#!/usr/bin/env node
/** The program restate-replay. */
import { Console } from "node:console";
import { runCli, UNKNOWN } from "./cli.js";

// What the user's code logs must not get into the report.
globalThis.console = new Console(process.stderr, process.stderr);

let isDone = false;

process.on("unhandledRejection", (reason) => {
  process.stderr.write(`Note: a promise was rejected and nobody handles it: ${String(reason)}\n`);
});
process.on("uncaughtException", (error) => {
  process.stderr.write(`restate-replay: the code threw outside of its handlers: ${error.stack}\n`);
  process.exit(UNKNOWN);
});
process.on("exit", () => {
  if (isDone || process.exitCode === UNKNOWN) return;
  process.stderr.write("restate-replay: the code ended the process before it was replayed\n");
  process.exitCode = UNKNOWN;
});

void runCli(process.argv.slice(2), {
  print: (text) => process.stdout.write(`${text}\n`),
  warn: (text) => process.stderr.write(`${text}\n`),
}).then((code) => {
  // What the user's module has opened would keep the process alive. What was written goes out first.
  process.stdout.write("", () => {
    isDone = true;
    process.exit(code);
  });
});
