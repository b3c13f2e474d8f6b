/** Reads the body of a call, and fetches what was too big to send along. Called by call. */
import { StepwellError } from "../errors/index.ts";
import type { CallRequest, MemoizedStep } from "../protocol/call.ts";
import type { ReceivedEvent } from "../protocol/event.ts";
import type { App } from "./app.ts";
import { fetchApi } from "./fetch-api.ts";

/** A call with everything it needs. */
export interface ParsedCall {
  ctx: CallRequest["ctx"];
  event: ReceivedEvent;
  events: [ReceivedEvent, ...ReceivedEvent[]];
  steps: Record<string, MemoizedStep>;
}

/**
 * Checks the frame of a call and no more: events and steps are trusted, since the engine is.
 * @throws {StepwellError} `invalid_call` for a body that is no call, `state_unavailable` when the rest cannot be fetched.
 */
export async function parseCall(app: App, body: string): Promise<ParsedCall> {
  const call = parseFrame(body);
  let { event, events, steps } = call;
  if (call.ctx.use_api || call.use_api === true) {
    const runId = encodeURIComponent(call.ctx.run_id);
    [events, steps] = await Promise.all([
      fetchState<ReceivedEvent[]>(app, `v0/runs/${runId}/batch`),
      fetchState<Record<string, MemoizedStep>>(app, `v0/runs/${runId}/actions`),
    ]);
    event = events[0] ?? event;
  }
  const [first, ...rest] = Array.isArray(events) && events.length > 0 ? events : [event];
  return { ctx: call.ctx, event, events: [first as ReceivedEvent, ...rest], steps: steps ?? {} };
}

function parseFrame(body: string): CallRequest {
  let call: CallRequest;
  try {
    call = JSON.parse(body) as CallRequest;
  } catch (cause) {
    throw invalid("the body is not JSON", cause);
  }
  if (typeof call !== "object" || call === null) throw invalid("the body is not an object");
  const { ctx, event, steps, version } = call;
  if (typeof ctx !== "object" || ctx === null) throw invalid("`ctx` is missing");
  if (typeof ctx.run_id !== "string") throw invalid("`ctx.run_id` is not a text");
  if (typeof ctx.attempt !== "number") throw invalid("`ctx.attempt` is not a number");
  if (typeof event !== "object" || event === null) throw invalid("`event` is missing");
  if (steps !== undefined && (typeof steps !== "object" || Array.isArray(steps)))
    throw invalid("`steps` is not an object");
  if (version !== undefined && ![-1, 1, 2].includes(version)) {
    throw invalid(`the run's format is version ${String(version)}; this SDK knows 1 and 2`);
  }
  return call;
}

async function fetchState<T>(app: App, path: string): Promise<T> {
  try {
    const response = await fetchApi(app, path, { method: "GET", headers: app.options.client.headers });
    if (!response.ok) throw new Error(`the engine answered ${response.status}`);
    return (await response.json()) as T;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StepwellError(`Failed to fetch the run's state from /${path}: ${why}.`, {
      code: "state_unavailable",
      retryable: true,
      cause,
    });
  }
}

function invalid(problem: string, cause?: unknown): StepwellError {
  return new StepwellError(`Failed to parse data from executor: ${problem}.`, {
    code: "invalid_call",
    ...(cause === undefined ? {} : { cause }),
  });
}
