/** Every behaviour in the runtime of the test kit, with the handlers behind a fetch handler: also those of the official SDK. */
import { allBehaviours } from "../behaviours/all.js";
import { runBehaviours } from "../support/behaviour.js";
import { modes } from "../support/modes.js";

runBehaviours(allBehaviours, modes.runtimeFetch);
