/** Every behaviour over HTTP/1.1, where an attempt ends as soon as it has to wait. */
import { allBehaviours } from "../behaviours/all.js";
import { runBehaviours } from "../support/behaviour.js";
import { modes } from "../support/modes.js";

runBehaviours(allBehaviours, modes.http1);
