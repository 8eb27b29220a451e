/** Every program of the differential tests. */
import type { Program } from "../program.js";
import { basics } from "./basics.js";
import { calls } from "./calls.js";
import { cancellation } from "./cancellation.js";
import { combinators } from "./combinators.js";
import { readyPromises } from "./ready-promises.js";
import { failures } from "./failures.js";
import { native } from "./native.js";
import { runs } from "./runs.js";
import { signals } from "./signals.js";
import { state } from "./state.js";

export const PROGRAMS: readonly Program[] = [
  ...basics,
  ...runs,
  ...calls,
  ...state,
  ...combinators,
  ...readyPromises,
  ...signals,
  ...failures,
  ...cancellation,
  ...native,
];
