/** The public surface of the package. */
export {
  CheckError,
  type CheckName,
  type CheckOptions,
  type GlobalsOptions,
  type GlobalUse,
} from "./checks/check.js";
export type { TestEnvironmentOptions } from "./environment/environment-options.js";
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
} from "./environment/test-environment.js";
export {
  exploreCancellations,
  type CancellationOptions,
  type CancellationPoint,
  type CancellationReport,
  type CancelledRun,
} from "./explore/cancellations.js";
export type { Aspect, Difference } from "./explore/compare.js";
export {
  exploreCrashes,
  type CrashOptions,
  type CrashReport,
  type RepeatedRun,
} from "./explore/crashes.js";
export { Effects, type Effect, type EffectOptions } from "./explore/effects.js";
export { ExplorationError, type ExplorationFailure } from "./explore/failure.js";
export type { ExploredPoint } from "./explore/points.js";
export type { Scenario } from "./explore/scenario.js";
export {
  exploreSchedules,
  type ScheduleOptions,
  type ScheduleReport,
} from "./explore/schedules.js";
export type { AdminApiOptions } from "./replay/admin-api.js";
export {
  exportJournals,
  type ExportOptions,
  type InvocationStatus,
} from "./replay/export-journals.js";
export type {
  JournalExport,
  RecordedEntry,
  RecordedJournal,
  RecordedTarget,
} from "./replay/journal-format.js";
export { renderReplayReport } from "./replay/render-report.js";
export { ReplayError } from "./replay/replay-error.js";
export {
  replayJournals,
  type ReplayOptions,
  type ReplayReport,
  type ReplayResult,
} from "./replay/replay-journals.js";
export type { ReplayVerdict } from "./replay/verdict.js";
export type {
  Completer,
  InvocationOutcome,
  TestInvocation,
} from "./environment/test-invocation.js";
export {
  mockContext,
  type ContextMock,
  type Mock,
  type MockedContext,
  type MockedRun,
} from "./mock-context/mock-context.js";
export type { AnyContext, MockOptions, ScriptedRun } from "./mock-context/mock-options.js";
export type { ScriptedCall } from "./mock-context/scripted-services.js";
export { later, type Later, type Scripted } from "./mock-context/scripts.js";
export type { AttemptEnd, AttemptFailure, AttemptRecord } from "./runtime/attempt-end.js";
export type { AttemptPoint, AttemptPointKind } from "./runtime/attempt.js";
export type { AdvanceOptions, ClockMode } from "./runtime/clock.js";
export type { FetchHandler, TestDeployment } from "./runtime/fetch-deployment.js";
export type { ResumeOptions } from "./runtime/lifecycle.js";
export type { RetryPolicy } from "./runtime/retry-policy.js";
export type { Chooser, Step } from "./runtime/scheduler.js";
