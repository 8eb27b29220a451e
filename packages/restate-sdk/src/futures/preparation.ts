/**
 * Values that an asynchronous codec has to decode before user code may see them.
 *
 * How long decoding takes must not show. So nothing is shown to code that is still running: what one burst of user code
 * asked for is decoded together and shown together, in the order it was asked for, once that code has come to rest.
 */
export class Preparations {
  #decoding: Promise<void>[] = [];
  #actions: (() => void)[] = [];
  #isRunning = false;

  /** True when nothing is being decoded or waits for that. */
  get isIdle(): boolean {
    return this.#actions.length === 0 && !this.#isRunning;
  }

  /** @param decoding what the action needs, if anything: one that needs nothing keeps its place behind the others */
  add(decoding: Promise<void> | undefined, action: () => void): void {
    this.#actions.push(action);
    if (!decoding) return;
    // Somebody looks at a failure only if the attempt lives until then.
    decoding.catch(ignore);
    this.#decoding.push(decoding);
  }

  /** To be called when user code is at rest. Until the actions are handed over, nothing else may be shown to it. */
  start(
    onDecoded: (actions: readonly (() => void)[]) => void,
    onError: (error: unknown) => void,
  ): void {
    if (this.#isRunning) return;
    const decoding = this.#decoding;
    const actions = this.#actions;
    this.#decoding = [];
    this.#actions = [];
    this.#isRunning = true;
    Promise.all(decoding).then(() => {
      this.#isRunning = false;
      onDecoded(actions);
    }, onError);
  }
}

function ignore(): void {}
