/** The public surface of the package. */
export type { Awakeables, TestAwakeable } from "./environment/awakeables.js";
export type {
  CommandView,
  EntryView,
  NotificationView,
  ViewedResult,
} from "./environment/journal-view.js";
export {
  mockService,
  type MockedCall,
  type MockedHandlers,
  type NamedService,
  type ServiceKind,
} from "./environment/mock-service.js";
export {
  fails,
  type MockedExecution,
  type RunMock,
  type RunStandIn,
} from "./environment/run-mocks.js";
export type { StateAccess } from "./environment/state-of.js";
export type { TestCallOptions, TestClient } from "./environment/test-clients.js";
export {
  createTestEnvironment,
  type SendingClient,
  type TestClock,
  type TestEnvironment,
  type TestEnvironmentOptions,
} from "./environment/test-environment.js";
export type { Completer, TestInvocation } from "./environment/test-invocation.js";
export type { AttemptEnd, AttemptFailure, AttemptRecord } from "./runtime/attempt-end.js";
export type { AttemptPoint, AttemptPointKind } from "./runtime/attempt.js";
export type { AdvanceOptions, ClockMode } from "./runtime/clock.js";
export type { RetryPolicy } from "./runtime/retry-policy.js";
export type { Chooser, Step } from "./runtime/scheduler.js";
