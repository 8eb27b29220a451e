/** Replaces methods and getters of classes for the time of a test. */

export type Method<TThis, TArgs extends unknown[], TResult> = (
  this: TThis,
  ...args: TArgs
) => TResult;

interface Owner {
  readonly prototype: object;
}

/** @returns what puts the original back */
export function replaceMethod<TThis, TArgs extends unknown[], TResult>(
  owner: Owner,
  name: string,
  make: (original: Method<TThis, TArgs, TResult>) => Method<TThis, TArgs, TResult>,
): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(owner.prototype, name);
  if (descriptor === undefined) throw new Error(`There is no ${name} to replace`);
  const original = descriptor.value as Method<TThis, TArgs, TResult>;
  Object.defineProperty(owner.prototype, name, { ...descriptor, value: make(original) });
  return () => Object.defineProperty(owner.prototype, name, descriptor);
}

/** @returns what puts the original back */
export function replaceGetter<TThis>(
  owner: Owner,
  name: string,
  make: (original: (this: TThis) => unknown) => (this: TThis) => unknown,
): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(owner.prototype, name);
  if (descriptor?.get === undefined) throw new Error(`There is no getter ${name} to replace`);
  Object.defineProperty(owner.prototype, name, { ...descriptor, get: make(descriptor.get) });
  return () => Object.defineProperty(owner.prototype, name, descriptor);
}
