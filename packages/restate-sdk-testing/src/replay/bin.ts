#!/usr/bin/env node
/** The program restate-replay. */
import { runCli } from "./cli.js";

// A promise of the user's that nobody waits for must not hide the report.
process.on("unhandledRejection", (reason) => {
  process.stderr.write(`Note: a promise was rejected and nobody handles it: ${String(reason)}\n`);
});

void runCli(process.argv.slice(2), {
  print: (text) => process.stdout.write(`${text}\n`),
  warn: (text) => process.stderr.write(`${text}\n`),
}).then((code) => {
  // What the user's module has opened would keep the process alive. What was written goes out first.
  process.stdout.write("", () => process.exit(code));
});
