/**
 * Makes `instanceof` recognise an error class of this SDK across several installed copies of the
 * package.
 */

import { sdkSymbol } from "../util/sdk-symbol.js";

/**
 * Names the instances of `errorClass`, and brands them, so that `value instanceof errorClass` also
 * holds for instances made by another copy of the package (the ESM and the CommonJS build, or two
 * versions in one dependency tree).
 *
 * The brand is a prototype property under a registered symbol, hence inherited by subclasses of the
 * errors and invisible to JSON, `Object.keys` and the type checker. A user's subclass inherits the
 * static check too, but has no brand of its own: for it, and for anything else that is not branded,
 * the ordinary prototype check decides.
 */
export function brand(errorClass: ErrorClass, name: string): void {
  const key = sdkSymbol(name);
  (errorClass.prototype as Error).name = name;
  Object.defineProperty(errorClass.prototype, key, { value: true });
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      return this === errorClass
        ? key in Object(value)
        : Function.prototype[Symbol.hasInstance].call(this as ErrorClass, value);
    },
  });
}

type ErrorClass = (abstract new (...args: never) => Error) | typeof Error;
