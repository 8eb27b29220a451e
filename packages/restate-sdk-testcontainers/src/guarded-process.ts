/** A child process that never outlives us, not even when we are killed: a shell beside it waits for our end. */
import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import type { Duplex } from "node:stream";

export interface GuardedCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Removed, with all that is in it, when the process is ended by {@link GuardedProcess.end} or by our own end. */
  readonly directory: string;
}

/** What of the output is kept. */
const KEPT_CHARS = 256_000;

/**
 * A shell starts the command and waits for it. Its helper reads from file descriptor 3, and all it ever finds there is
 * the end, because we closed the pipe or are gone ourselves: then it kills the command and tidies up, which the shell
 * must not interrupt. Should the command end first, the shell ends the helper.
 */
const GUARD = `
directory=$1
shift
"$@" 3<&- &
child=$!
{
  cat <&3
  trap "" TERM
  kill -9 $child
  while kill -0 $child; do sleep 0.02; done
  rm -rf -- "$directory"
} >/dev/null 2>&1 &
helper=$!
exec 3<&-
wait $child
status=$?
kill $helper 2>/dev/null
exit $status
`;

export class GuardedProcess {
  readonly #directory: string;
  readonly #pipe: Duplex;
  #output = "";
  /** Resolves when the process is gone, with its exit code. */
  readonly ended: Promise<number | string>;

  constructor({ command, args, env, directory }: GuardedCommand) {
    // In a process group of its own: Ctrl-C in a terminal ends us, and only through that the process.
    const child = spawn("sh", ["-c", GUARD, "restate-test-server", directory, command, ...args], {
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    this.#directory = directory;
    this.#pipe = child.stdio[3] as Duplex;
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-KEPT_CHARS);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    this.ended = new Promise((resolve) => {
      child.once("error", (error) => {
        keep(Buffer.from(`Cannot start a shell: ${error.message}\n`));
        resolve(error.message);
      });
      // The helper's end of the pipe would keep it from closing.
      child.once("exit", () => this.#pipe.destroy());
      child.once("close", (code, signal) => {
        resolve(signal ?? code ?? "unknown");
      });
    });
    this.#pipe.on("error", () => undefined);
  }

  /** The last part of what it wrote to stdout and stderr. */
  get output(): string {
    return this.#output;
  }

  /** Kills the process and removes its directory. */
  async end(): Promise<void> {
    this.#pipe.end();
    await this.ended;
    await rm(this.#directory, { recursive: true, force: true });
  }
}
