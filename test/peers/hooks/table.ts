/**
 * Every row, by subject. What our SDK does not offer has none: metadata and extended traces as middleware, deferred
 * functions, experiments, scores, realtime and durable endpoints.
 */
import { asyncContextRows } from "./async-context-rows.ts";
import { internalLogRows } from "./internal-log-rows.ts";
import { lifetimeRows } from "./lifetime-rows.ts";
import { loggerRows } from "./logger-rows.ts";
import { loggingRows } from "./logging-rows.ts";
import { requestRows } from "./request-rows.ts";
import type { Row } from "./row.ts";
import { sendRows } from "./send-rows.ts";
import { sessionRows } from "./session-rows.ts";
import { stepInputRows } from "./step-input-rows.ts";
import { throwRows } from "./throw-rows.ts";
import { validationRows } from "./validation-rows.ts";
import { wrapStepRows } from "./wrap-step-rows.ts";

export const rows: Record<string, readonly Row[]> = {
  "classes and instances": lifetimeRows,
  requests: requestRows,
  wrapStep: wrapStepRows,
  transformStepInput: stepInputRows,
  "hooks that throw": throwRows,
  "events that are sent": sendRows,
  sessions: sessionRows,
  "asynchronous context": asyncContextRows,
  validation: validationRows,
  logging: loggingRows,
  "the SDK's own lines": internalLogRows,
  "loggers of one's own": loggerRows,
};
