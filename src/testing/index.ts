/**
 * `stepwell/testing`: functions and steps under test, without an engine. For users' tests, never part of an app.
 * @module stepwell/testing
 */
export { createDeferredPromise, type DeferredPromise } from "./deferred-promise.ts";
export { InngestTestEngine, type TestExecution, type TestStepExecution } from "./inngest-test-engine.ts";
export { InngestTestRun, type TestCheckpoint, type TestCheckpoints, type TestState } from "./inngest-test-run.ts";
export { isDeeplyEqual } from "./is-deeply-equal.ts";
export { mockCtx } from "./mock-ctx.ts";
export { createMockEvent } from "./mock-event.ts";
export type { Spy, SpyState } from "./spy.ts";
export type { TestLine } from "./test-call.ts";
export type { InngestTestEngineOptions, MockStep } from "./test-engine-options.ts";
