/** Every behaviour in the runtime of the test kit, which keeps its connections open. */
import { allBehaviours } from "../behaviours/all.js";
import { runBehaviours } from "../support/behaviour.js";
import { modes } from "../support/modes.js";

runBehaviours(allBehaviours, modes.runtimeStream);
