/** `POST`: a call from the engine to carry a run forward, or a probe. */
import { sharedSessions } from "../../client/index.ts";
import { deserializeError, messageOf, StepwellError, serializeError } from "../../errors/index.ts";
import { type ExecutionInput, execute } from "../../execution/index.ts";
import type { FailureEventData } from "../../function/index.ts";
import { createRunLogger } from "../../middleware/index.ts";
import { headerKeys, queryKeys } from "../../protocol/headers.ts";
import { discoveryStepId } from "../../protocol/opcode.ts";
import type { Answer } from "../answer.ts";
import { internalError, unauthorized } from "../answer.ts";
import type { App } from "../app.ts";
import type { HandlerRequest } from "../handler-request.ts";
import type { ServedFunction } from "../serve-options.ts";
import { queryOf } from "../url.ts";
import { createCheckpoints } from "./checkpoint.ts";
import { outcomeToAnswer } from "./outcome-to-answer.ts";
import { type ParsedCall, parseCall } from "./parse-call.ts";
import { RunLogs } from "./run-logs.ts";
import type { CallScope } from "./within-middleware.ts";

/** The protocol's version in which the engine calls the app after each parallel step. */
const CALL_AFTER_EACH_STEP = "1";

/** A call, read and found. */
interface Call {
  app: App;
  request: HandlerRequest;
  served: ServedFunction;
  parsed: ParsedCall;
  /** Null: find out what comes next. */
  requestedStepId: string | null;
  scope: CallScope;
}

/** @param scope null for a probe. */
export async function call(app: App, request: HandlerRequest, body: string, scope: CallScope | null): Promise<Answer> {
  const query = queryOf(request);
  const probe = query.get(queryKeys.probe);
  if (probe !== null || scope === null) return answerProbe(probe);
  if (body === "") {
    app.logger.error("Refused a call without a body.");
    return unauthorized;
  }
  try {
    const served = findFunction(app, query.get(queryKeys.functionId));
    const parsed = await parseCall(app, body);
    const stepId = query.get(queryKeys.stepId);
    return await carryOut({
      app,
      request,
      served,
      parsed,
      requestedStepId: stepId === discoveryStepId ? null : stepId,
      scope,
    });
  } catch (error) {
    app.logger.error({ err: error }, messageOf(error));
    return internalError(error);
  }
}

function answerProbe(probe: string | null): Answer {
  if (probe === "trust") return { status: 200, text: "" };
  return { status: 400, json: serializeError(new Error(`Unknown probe "${probe}"`)) };
}

/** Whether the engine says that it takes something beyond the protocol. */
function takes({ headers }: HandlerRequest, what: "ms" | "logs"): boolean {
  return headers.get(headerKeys.takes)?.split(/,\s*/).includes(what) ?? false;
}

function findFunction(app: App, id: string | null): ServedFunction {
  if (id === null) throw new StepwellError("No function ID found in request.", { code: "function_not_found" });
  const served = app.functions.get(id);
  if (served) return served;
  throw new StepwellError(`Function "${id}" was not found in this app; is the app synced correctly?`, {
    code: "function_not_found",
  });
}

/** Carries the run forward. */
async function carryOut(call: Call): Promise<Answer> {
  const { client } = call.app.options;
  const answer = outcomeToAnswer(await execute(toExecution(call)));
  if (call.served.fn.opts.optimizeParallelism ?? client.optimizeParallelism) return answer;
  return { ...answer, headers: { ...answer.headers, [headerKeys.requestVersion]: CALL_AFTER_EACH_STEP } };
}

function toExecution({ app, request, served, parsed, requestedStepId, scope }: Call): ExecutionInput {
  const { client } = app.options;
  const { fn, isFailureHandler } = served;
  const { ctx, event, events, steps } = parsed;
  const { max_attempts: maxAttempts } = ctx;
  const sessions = client.sessionPropagation ? sharedSessions(events) : {};
  const requestId = request.headers.get(headerKeys.requestId) ?? ctx.request_id;
  const jobId = request.headers.get(headerKeys.jobId) ?? ctx.job_id;
  const logs = takes(request, "logs") ? new RunLogs(ctx.run_id, client.now) : null;
  const fields = {
    runID: ctx.run_id,
    eventName: event.name,
    ...(requestId === undefined ? {} : { requestId }),
    ...(jobId === undefined ? {} : { jobId }),
  };
  const runLogger = createRunLogger(client.logger, fields, logs?.add);
  scope.logger = runLogger.target;
  scope.logs = logs;
  const checkpointing = fn.checkpointing === undefined ? client.checkpointing : fn.checkpointing;
  return {
    handler: isFailureHandler && fn.onFailureHandler ? fn.onFailureHandler : fn.handler,
    context: {
      event,
      events,
      runId: ctx.run_id,
      attempt: ctx.attempt,
      ...(maxAttempts === undefined ? {} : { maxAttempts }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(jobId === undefined ? {} : { jobId }),
      ...(Object.keys(sessions).length === 0 ? {} : { sessions }),
      logger: runLogger.logger,
      ...(isFailureHandler ? { error: deserializeError((event.data as FailureEventData | undefined)?.error) } : {}),
    },
    steps,
    order: ctx.stack?.stack ?? [],
    pending: ctx.pending ?? [],
    requestedStepId,
    disableImmediateExecution:
      ctx.disable_immediate_execution || request.headers.get(headerKeys.forceStepPlan) === "true",
    client,
    env: {
      appId: app.id,
      clientId: client.id,
      send: (payload, seed, inherited) => client.send(payload, { seed, sessions: inherited, fn } as object),
      sendSignal: (payload) => client.sendSignal(payload),
      ...(takes(request, "ms") && { resolutionMs: 1 }),
    },
    pipeline: scope.pipeline,
    internalLogger: client.internalLogger,
    onReplayEnd: runLogger.open,
    ...(client.captureConsole && { log: runLogger.note }),
    checkpoints: createCheckpoints(app, ctx, requestedStepId === null ? checkpointing : null, logs),
    backoff: (typeof fn.retries === "object" && !isFailureHandler && fn.retries.backoff) || null,
    now: client.now,
  };
}
