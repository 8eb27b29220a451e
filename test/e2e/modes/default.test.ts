/** Every behaviour over HTTP/2 with the protocol version a server speaks out of the box. */
import { allBehaviours } from "../behaviours/all.js";
import { runBehaviours } from "../support/behaviour.js";
import { modes } from "../support/modes.js";

runBehaviours(allBehaviours, modes.default);
