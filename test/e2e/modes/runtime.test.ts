/** Every behaviour in the runtime of the test kit instead of a server. */
import { allBehaviours } from "../behaviours/all.js";
import { runBehaviours } from "../support/behaviour.js";
import { modes } from "../support/modes.js";

runBehaviours(allBehaviours, modes.runtime);
