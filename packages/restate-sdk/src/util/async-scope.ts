/** Marks the asynchronous extent of a function call, so that code can ask "am I inside one?". */
export interface AsyncScope<TStore> {
  run<TResult>(store: TStore, action: () => TResult): TResult;
  getStore(): TStore | undefined;
}

interface BuiltinModules {
  getBuiltinModule(name: string): { AsyncLocalStorage: new <TStore>() => AsyncScope<TStore> };
}

/**
 * Backed by AsyncLocalStorage where the runtime has it; `getBuiltinModule` finds it without an import that a bundler
 * for Workers or browsers would trip over. Elsewhere only the synchronous part of the call is covered.
 */
export function createAsyncScope<TStore>(): AsyncScope<TStore> {
  try {
    const { process } = globalThis as unknown as { process: BuiltinModules };
    const { AsyncLocalStorage } = process.getBuiltinModule("node:async_hooks");
    return new AsyncLocalStorage<TStore>();
  } catch {
    // There is no such function, no such module, or it is denied.
    return synchronousScope();
  }
}

function synchronousScope<TStore>(): AsyncScope<TStore> {
  let current: TStore | undefined;
  return {
    run(store, action) {
      const outer = current;
      current = store;
      try {
        return action();
      } finally {
        current = outer;
      }
    },
    getStore: () => current,
  };
}
