/** Which model thinks: the one that MODEL names, such as "anthropic/claude-sonnet-4.5", or one that pretends to. */
import { gateway } from "ai";
import { pretendModel } from "./pretend-model.js";

// The AI Gateway wants a key, in AI_GATEWAY_API_KEY. Any other provider of the AI SDK does as well.
const name = process.env["MODEL"];
export const model = name === undefined ? pretendModel : gateway(name);
