/** Every behaviour in the runtime of the test kit with service protocol V7 and open connections. */
import { allBehaviours } from "../behaviours/all.js";
import { runBehaviours } from "../support/behaviour.js";
import { modes } from "../support/modes.js";

runBehaviours(allBehaviours, modes.runtimeV7Stream);
