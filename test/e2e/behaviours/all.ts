/** The suite: every behaviour the SDK must show in every mode. */
import type { Behaviour } from "../support/behaviour.js";
import { calls } from "./calls.js";
import { sends } from "./sends.js";

export const allBehaviours: readonly Behaviour[] = [calls, sends];
