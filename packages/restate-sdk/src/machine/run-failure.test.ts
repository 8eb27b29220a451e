import { expect, test } from "vitest";
import { failure as failureResult } from "./messages.fixture.js";
import { judgeRunFailure } from "./run-failure.js";

const run = { completionId: 1, commandIndex: 4, name: "charge" };
const cause = new Error("boom");
const failure = { message: "boom", stacktrace: "at boom", cause, elapsedMs: 3 };
const common = {
  code: 500,
  message: "boom",
  stacktrace: "at boom",
  cause,
  relatedCommand: { index: 4, type: "RunCommand", name: "charge" },
};

test("with its retries used up, the error becomes the result", () => {
  expect(judgeRunFailure(run, failure, { kind: "giveUp" })).toEqual({
    kind: "result",
    result: failureResult(500, "boom"),
  });
});

test("a retry fails the attempt in the name of the run", () => {
  expect(judgeRunFailure(run, failure, { kind: "retry", delayMs: 250 })).toEqual({
    kind: "attemptFailure",
    failure: { ...common, behavior: "retry", nextRetryDelayMs: 250 },
  });
  expect(judgeRunFailure(run, failure, { kind: "retry", delayMs: undefined })).toEqual({
    kind: "attemptFailure",
    failure: { ...common, behavior: "retry", nextRetryDelayMs: undefined },
  });
});

test("a pause fails the attempt and asks for no retry", () => {
  expect(judgeRunFailure(run, failure, { kind: "pause" })).toEqual({
    kind: "attemptFailure",
    failure: { ...common, behavior: "pause", nextRetryDelayMs: undefined },
  });
});
