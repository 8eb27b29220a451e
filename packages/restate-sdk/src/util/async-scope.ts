/** Marks the asynchronous extent of a function call, so that code can ask "am I inside one?". */
export interface AsyncScope<TStore> {
  run<TResult>(store: TStore, action: () => TResult): TResult;
  current(): TStore | undefined;
}

interface AsyncLocalStorageLike<TStore> {
  run<TResult>(store: TStore, action: () => TResult): TResult;
  getStore(): TStore | undefined;
}

interface BuiltinModules {
  getBuiltinModule?(name: string): unknown;
}

/**
 * Backed by AsyncLocalStorage where the runtime has it; `getBuiltinModule` finds it without an import that a bundler
 * for Workers or browsers would trip over. Elsewhere only the synchronous part of the call is covered.
 */
export function createAsyncScope<TStore>(): AsyncScope<TStore> {
  const Storage = findAsyncLocalStorage<TStore>();
  if (Storage === undefined) return new SynchronousScope();
  const storage = new Storage();
  return {
    run: (store, action) => storage.run(store, action),
    current: () => storage.getStore(),
  };
}

function findAsyncLocalStorage<TStore>(): (new () => AsyncLocalStorageLike<TStore>) | undefined {
  const { process } = globalThis as { process?: BuiltinModules };
  try {
    const hooks = process?.getBuiltinModule?.("node:async_hooks") as
      { AsyncLocalStorage?: new () => AsyncLocalStorageLike<TStore> } | undefined;
    return hooks?.AsyncLocalStorage;
  } catch {
    return undefined;
  }
}

class SynchronousScope<TStore> implements AsyncScope<TStore> {
  #store: TStore | undefined;

  run<TResult>(store: TStore, action: () => TResult): TResult {
    const outer = this.#store;
    this.#store = store;
    try {
      return action();
    } finally {
      this.#store = outer;
    }
  }

  current(): TStore | undefined {
    return this.#store;
  }
}
