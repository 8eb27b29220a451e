/** A symbol that all copies and versions of the SDK share, in whatever bundle or realm they are. */
export function sdkSymbol(name: string): symbol {
  return Symbol.for(`@restatedev/restate-sdk/${name}`);
}
