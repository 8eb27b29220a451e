/** Knows whether code runs on behalf of an attempt: inside a handler, or inside the action of a run. */
import { createAsyncScope } from "../../../restate-sdk/src/util/async-scope.js";
import type { Invocation } from "./invocation.js";

export interface UserCode {
  readonly invocation: Invocation;
  readonly attempt: number;
  /** The name of the run whose action this is; undefined outside of runs. */
  readonly run: string | undefined;
  /** The execution of that action in the history. */
  readonly executed?: { run: string };
}

/** Shared by all environments of the process, as its globals are. Undefined is code of the test's. */
export const userCode = createAsyncScope<UserCode | undefined>();
