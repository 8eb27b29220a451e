/** Names that are kept so that code written for them goes on working. */
import {
  objectHandler,
  objectSharedHandler,
  serviceHandler,
  workflowHandler,
  workflowSharedHandler,
} from "./define/handlers.js";
import { RestatePromise } from "./futures/restate-promise.js";

/** @deprecated Use {@link RestatePromise}. */
export const CombineablePromise = RestatePromise;
/** @deprecated Use {@link RestatePromise}. */
export type CombineablePromise<T> = RestatePromise<T>;

/** The same as `handlers.handler`. */
export const createServiceHandler = serviceHandler;
/** The same as `handlers.object.exclusive`. */
export const createObjectHandler = objectHandler;
/** The same as `handlers.object.shared`. */
export const createObjectSharedHandler = objectSharedHandler;
/** The same as `handlers.workflow.workflow`. */
export const createWorkflowHandler = workflowHandler;
/** The same as `handlers.workflow.shared`. */
export const createWorkflowSharedHandler = workflowSharedHandler;
