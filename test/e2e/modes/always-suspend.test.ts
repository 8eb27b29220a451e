/** Every behaviour while the server asks to suspend at every await: all of it is replayed all the time. */
import { allBehaviours } from "../behaviours/all.js";
import { runBehaviours } from "../support/behaviour.js";
import { modes } from "../support/modes.js";

runBehaviours(allBehaviours, modes.alwaysSuspend);
