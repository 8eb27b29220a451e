/** A child process that cannot outlive us: it is stopped by its id, and a watchdog kills it should we be killed. */
import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Opens a message channel to a Node.js child. */
  readonly ipc?: boolean;
  /** A temporary directory of the process, removed should we be killed before we can do it. */
  readonly scratchDir?: string;
}

const KEPT_OUTPUT_CHARS = 64_000;

export class SupervisedProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #output = "";

  constructor({ command, args, env, ipc = false, scratchDir }: ProcessOptions) {
    const stdio: StdioOptions = ["ignore", "pipe", "pipe", ...(ipc ? (["ipc"] as const) : [])];
    const child = spawn(command, args, { env, stdio });
    this.#child = child;
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-KEPT_OUTPUT_CHARS);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const killWithUs = (): void => void child.kill("SIGKILL");
    process.once("exit", killWithUs);
    const watchdog = child.pid === undefined ? undefined : startWatchdog(child.pid, scratchDir);
    this.#exited = new Promise((resolve) => {
      const ended = (): void => {
        process.off("exit", killWithUs);
        watchdog?.kill("SIGKILL");
        resolve();
      };
      child.once("exit", ended);
      child.once("error", (error) => {
        this.#output += `\n${error.message}`;
        ended();
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get running(): boolean {
    return (
      this.#child.pid !== undefined &&
      this.#child.exitCode === null &&
      this.#child.signalCode === null
    );
  }

  /** The last part of what the process wrote to stdout and stderr. */
  get output(): string {
    return this.#output;
  }

  get exited(): Promise<void> {
    return this.#exited;
  }

  /** The next message a Node.js child sends, or a rejection with its output when it ends first. */
  nextMessage(): Promise<unknown> {
    return Promise.race([
      new Promise((resolve) => this.#child.once("message", resolve)),
      this.#exited.then(() => Promise.reject(new Error(`The process ended:\n${this.#output}`))),
    ]);
  }

  /** SIGKILL: the process gets no chance to say goodbye. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  /** SIGTERM, and SIGKILL after `graceMs`. */
  async stop(graceMs = 5_000): Promise<void> {
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), graceMs);
    await this.#exited;
    clearTimeout(timer);
  }
}

/** A shell that waits for its standard input to close, which happens however we end, and then tidies up after us. */
function startWatchdog(pid: number, scratchDir = ""): ChildProcess {
  const script = 'cat >/dev/null; kill -9 "$1" 2>/dev/null; test -z "$2" || rm -rf -- "$2"';
  const watchdog = spawn("sh", ["-c", script, "watchdog", String(pid), scratchDir], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watchdog.unref();
  (watchdog.stdin as unknown as { unref(): void } | null)?.unref();
  return watchdog;
}
