/** The replay machine. */
export type { CheckpointResult, Checkpoints } from "./checkpointer.ts";
export type { ExecutionInput } from "./execute.ts";
export { execute } from "./execute.ts";
export type { Failure, Outcome } from "./outcome.ts";
export { toFailure } from "./outcome.ts";
export { notJson } from "./run-step.ts";
export { travelled } from "./wire-json.ts";
