/** Marks that are recognised by every copy of this package, such as the ESM and the CommonJS build. */

/** Marks what inherits from the prototypes, invisibly; returns the mark. */
export function brand(name: string, ...prototypes: readonly object[]): symbol {
  const mark = Symbol.for(`@restatedev/restate-sdk-clients/${name}`);
  for (const prototype of prototypes) Object.defineProperty(prototype, mark, { value: true });
  return mark;
}
