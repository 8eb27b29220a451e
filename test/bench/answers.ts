/** Checks answers, frame by frame: a wrong SDK must not look fast. */
import { isDeepStrictEqual } from "node:util";
import { decodePayload, FrameReader, type Frame } from "../support/scripted-server/frames.js";
import type { MessageName, MessageOf } from "../support/scripted-server/message-types.js";
import type { BenchCase } from "./cases.js";

/** Throws unless the frames are those of the case, and the output is right. */
export function checkAnswer({ name, expected }: BenchCase, frames: readonly Frame[]): void {
  const counts: Partial<Record<MessageName, number>> = {};
  for (const frame of frames) {
    if (frame.name !== "AwaitingOn") counts[frame.name] = (counts[frame.name] ?? 0) + 1;
  }
  if (!isDeepStrictEqual(counts, expected.frames)) {
    const error = frames.find((frame) => frame.name === "Error");
    const detail = error ? JSON.stringify(errorText(error)) : JSON.stringify(counts);
    throw new Error(`${name}: wrong frames: ${detail}`);
  }
  const output = frames.find((frame) => frame.name === "OutputCommand");
  if (!output || !isDeepStrictEqual(outputValue(output), expected.output)) {
    throw new Error(`${name}: wrong output`);
  }
}

/** The same for an answer that came as one body. */
export function checkBody(benchCase: BenchCase, body: Uint8Array): void {
  const reader = new FrameReader();
  const frames = reader.push(body);
  if (reader.leftoverBytes > 0) throw new Error(`${benchCase.name}: the answer is cut off`);
  checkAnswer(benchCase, frames);
}

/** The id that the server completes: the result's, which calls carry in field 11 and proposals in field 1. */
export function completionId({ name, payload }: Frame): number {
  const message = decodePayload(name, payload);
  return (message as MessageOf<"CallCommand" | "ProposeRunCompletion">).resultCompletionId;
}

function outputValue({ payload }: Frame): unknown {
  const { result } = decodePayload("OutputCommand", payload) as MessageOf<"OutputCommand">;
  if (result.case !== "value") return undefined;
  return JSON.parse(Buffer.from(result.value.content).toString());
}

function errorText({ payload }: Frame): unknown {
  const { code, message } = decodePayload("Error", payload) as MessageOf<"Error">;
  return { code, message };
}
