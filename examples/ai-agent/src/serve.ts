/** Serves the chat sessions and their agents on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { supportAgent } from "./agent.js";
import { policyExpert } from "./policy-expert.js";
import { session } from "./session.js";
import { chatTurn } from "./turn.js";

await restate.serve({ services: [session, chatTurn, supportAgent, policyExpert], port: 9080 });
