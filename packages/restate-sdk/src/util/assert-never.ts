/** Compile-time exhaustiveness for switches over discriminated unions. */
export function assertNever(value: never, what: string): never {
  throw new Error(`Unhandled ${what}: ${JSON.stringify(value)}`);
}
