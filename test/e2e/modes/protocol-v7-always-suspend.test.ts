/** Every behaviour with service protocol V7, suspending at every await with its trees of futures. */
import { allBehaviours } from "../behaviours/all.js";
import { runBehaviours } from "../support/behaviour.js";
import { modes } from "../support/modes.js";

runBehaviours(allBehaviours, modes.v7AlwaysSuspend);
