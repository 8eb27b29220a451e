/** Which bodies a handler takes, by what discovery says about its input. */
import type { InputRules } from "../runtime/services.js";
import { IngressProblem } from "./responses.js";

/** @throws IngressProblem if the body or its content type is not what the handler takes */
export function checkInput(
  rules: InputRules | undefined,
  contentType: string | undefined,
  body: Uint8Array,
): void {
  if (contentType === undefined && body.length === 0 && rules?.isRequired !== true) return;
  if (rules === undefined) {
    const shown = contentType === undefined ? "None" : `Some("${contentType}")`;
    throw refused(
      `Expected body and content-type to be empty, but wasn't with content-type '${shown}'`,
    );
  }
  if (contentType === undefined) throw refused("Empty content-type");
  const expected = rules.contentType ?? "*/*";
  if (!matches(expected, contentType)) {
    throw refused(`Content-type '${contentType}' does not match '${expected}'`);
  }
  if (body.length === 0 && rules.isRequired) throw refused("Empty body not allowed");
}

function matches(expected: string, actual: string): boolean {
  const [type, subtype] = partsOf(expected);
  const [actualType, actualSubtype] = partsOf(actual);
  return (type === "*" || type === actualType) && (subtype === "*" || subtype === actualSubtype);
}

function partsOf(contentType: string): readonly [string, string] {
  const [type = "", subtype = ""] = (contentType.split(";")[0] ?? "")
    .trim()
    .toLowerCase()
    .split("/");
  return [type, subtype];
}

function refused(why: string): IngressProblem {
  return new IngressProblem(400, `input validation error: ${why}`);
}
