/** Names that are kept so that code written for them goes on working. */
import { handlers } from "./define/handlers.js";
import { RestatePromise } from "./futures/restate-promise.js";

/** @deprecated Use {@link RestatePromise}. */
export const CombineablePromise = RestatePromise;
/** @deprecated Use {@link RestatePromise}. */
export type CombineablePromise<T> = RestatePromise<T>;

/** The same as {@link handlers}`.handler`. */
export const createServiceHandler = handlers.handler;
/** The same as {@link handlers}`.object.exclusive`. */
export const createObjectHandler = handlers.object.exclusive;
/** The same as {@link handlers}`.object.shared`. */
export const createObjectSharedHandler = handlers.object.shared;
/** The same as {@link handlers}`.workflow.workflow`. */
export const createWorkflowHandler = handlers.workflow.workflow;
/** The same as {@link handlers}`.workflow.shared`. */
export const createWorkflowSharedHandler = handlers.workflow.shared;
