/** Reads trees of futures: what an SDK says that an attempt waits for. */
import type { FutureTree } from "../messages.js";
import { COMBINATORS } from "../parts.js";
import {
  enterMessage,
  leaveMessage,
  malformed,
  nextField,
  readString,
  readUint32,
  readUint32s,
  skipField,
} from "../reader.js";

/** The server's default limit, and one more for the root. */
const MAX_DEPTH = 1_001;

export const NO_TREE: FutureTree = {
  combinator: "unknown",
  completions: [],
  signals: [],
  namedSignals: [],
  nested: [],
};

/** The field that the reader is at. */
export function readTree(depth = 1): FutureTree {
  if (depth > MAX_DEPTH) throw malformed(`messages are nested more than ${MAX_DEPTH} deep`);
  const outerEnd = enterMessage();
  const tree = readTreeContent(depth);
  leaveMessage(outerEnd);
  return tree;
}

/** All that the reader is in. */
export function readTreeContent(depth = 0): FutureTree {
  let { combinator } = NO_TREE;
  const completions: number[] = [];
  const signals: number[] = [];
  const namedSignals: string[] = [];
  const nested: FutureTree[] = [];
  for (let number = nextField(); number !== 0; number = nextField()) {
    if (number === 1) readUint32s(completions);
    else if (number === 2) readUint32s(signals);
    else if (number === 3) namedSignals.push(readString());
    else if (number === 4) nested.push(readTree(depth + 1));
    else if (number === 5) combinator = COMBINATORS[readUint32()] ?? NO_TREE.combinator;
    else skipField();
  }
  return { combinator, completions, signals, namedSignals, nested };
}
