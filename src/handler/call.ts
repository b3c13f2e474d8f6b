/** `POST`: a call from the engine to carry a run forward, or a probe. */
import { deserializeError, StepwellError, serializeError } from "../errors/index.ts";
import { execute, type Outcome } from "../execution/index.ts";
import type { FailureEventData } from "../function/index.ts";
import { queryKeys } from "../protocol/headers.ts";
import { discoveryStepId } from "../protocol/opcode.ts";
import type { Answer } from "./answer.ts";
import { internalError, unauthorized } from "./answer.ts";
import type { App } from "./app.ts";
import type { HandlerRequest } from "./handler-request.ts";
import { outcomeToAnswer } from "./outcome-to-answer.ts";
import { type ParsedCall, parseCall } from "./parse-call.ts";
import type { ServedFunction } from "./serve-options.ts";
import { queryOf } from "./url.ts";

export async function call(app: App, request: HandlerRequest, body: string): Promise<Answer> {
  const query = queryOf(request);
  const probe = query.get(queryKeys.probe);
  if (probe !== null) return answerProbe(probe);
  if (body === "") {
    app.options.client.logger.warn("Refused a call without a body. Does something in front of the handler consume it?");
    return unauthorized;
  }
  try {
    const served = findFunction(app, query.get(queryKeys.functionId));
    const parsed = await parseCall(app, body);
    const stepId = query.get(queryKeys.stepId);
    return outcomeToAnswer(await run(app, served, parsed, stepId === discoveryStepId ? null : stepId));
  } catch (error) {
    app.options.client.logger.error(error instanceof Error ? error.message : String(error));
    return internalError(error);
  }
}

function answerProbe(probe: string): Answer {
  if (probe === "trust") return { status: 200, text: "" };
  return { status: 400, json: serializeError(new Error(`Unknown probe "${probe}"`)) };
}

function findFunction(app: App, id: string | null): ServedFunction {
  if (id === null) throw new StepwellError("No function ID found in request.", { code: "function_not_found" });
  const served = app.functions.get(id);
  if (served) return served;
  throw new StepwellError(`Function "${id}" was not found in this app; is the app synced correctly?`, {
    code: "function_not_found",
  });
}

function run(
  app: App,
  { fn, isFailureHandler }: ServedFunction,
  parsed: ParsedCall,
  requestedStepId: string | null,
): Promise<Outcome> {
  const { client } = app.options;
  const { ctx, event, events, steps } = parsed;
  return execute({
    handler: isFailureHandler && fn.onFailureHandler ? fn.onFailureHandler : fn.handler,
    context: {
      event,
      events,
      runId: ctx.run_id,
      attempt: ctx.attempt,
      ...(ctx.max_attempts === undefined ? {} : { maxAttempts: ctx.max_attempts }),
      logger: client.logger,
      ...(isFailureHandler ? { error: deserializeError((event.data as FailureEventData | undefined)?.error) } : {}),
    },
    steps,
    order: ctx.stack?.stack ?? [],
    requestedStepId,
    disableImmediateExecution: ctx.disable_immediate_execution === true,
    send: (payload) => client.send(payload),
    now: Date.now,
  });
}
