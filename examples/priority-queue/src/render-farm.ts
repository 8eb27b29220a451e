/** Stands in for a machine that renders films. Every third job fails on the way. */
import { setTimeout as pause } from "node:timers/promises";

export class RenderFarm {
  readonly #rendered: string[] = [];
  #jobs = 0;

  async render(film: string, millis: number): Promise<void> {
    this.#jobs++;
    if (this.#jobs % 3 === 2) throw new Error("the render farm is out of memory");
    await pause(millis);
    // Rendered twice is as good as once.
    if (!this.#rendered.includes(film)) this.#rendered.push(film);
  }

  /** In the order in which they were done. */
  get rendered(): readonly string[] {
    return this.#rendered;
  }
}

export const renderFarm = new RenderFarm();
