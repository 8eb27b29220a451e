/** Stands in for the machines: slow, and every third command is lost on the way. Doing twice what is done is harmless. */
import { setTimeout as pause } from "node:timers/promises";

export type Command = "switch on" | "switch off";

/** No retry helps: somebody has to go there. */
export class MachineJammed extends Error {}

export class MachineController {
  /** How long a machine takes, in milliseconds. */
  tookMs = 100;
  readonly #jammed = new Set<string>();
  readonly #log: string[] = [];
  #commands = 0;

  async send(machine: string, command: Command): Promise<void> {
    this.#commands++;
    if (this.#commands % 3 === 2) throw new Error(`no connection to ${machine}`);
    await pause(this.tookMs);
    if (this.#jammed.has(machine)) throw new MachineJammed(`${machine} is jammed`);
    const done = `${machine}: ${command}`;
    if (this.#log.findLast((line) => line.startsWith(`${machine}:`)) !== done) this.#log.push(done);
  }

  jam(machine: string): void {
    this.#jammed.add(machine);
  }

  unjam(machine: string): void {
    this.#jammed.delete(machine);
  }

  /** What the machines have done. */
  get log(): readonly string[] {
    return this.#log;
  }
}

export const controller = new MachineController();
