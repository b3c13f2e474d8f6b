/**
 * `stepwell/internals`: what test kits and libraries take from `inngest/internals`. Loading it makes `createExecution` of
 * functions work, which `@inngest/test` calls. Nothing of it is for apps.
 */
import { provideExecutions } from "../function/index.ts";
import * as errors from "./errors.ts";
import * as engine from "./execution-engine.ts";
import * as InngestExecution from "./execution-version.ts";
import * as types from "./published-types.ts";
import * as ServerTiming from "./server-timing.ts";

provideExecutions((fn, options) =>
  engine.createExecutionEngine(fn, options as Parameters<typeof engine.createExecutionEngine>[1]),
);

export type { ExecutionOptions, ExecutionResult } from "./execution-engine.ts";
export { engine as InngestExecutionEngine, errors, InngestExecution, ServerTiming, types };
