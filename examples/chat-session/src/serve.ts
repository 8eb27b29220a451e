/** Serves chat sessions on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { chatSession } from "./chat-session.js";

await restate.serve({ services: [chatSession], port: 9080 });
