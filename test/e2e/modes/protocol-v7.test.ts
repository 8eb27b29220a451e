/** Every behaviour with service protocol V7, and what only it can do. */
import { allBehaviours } from "../behaviours/all.js";
import { runBehaviours } from "../support/behaviour.js";
import { modes } from "../support/modes.js";

runBehaviours(allBehaviours, modes.v7);
