/** Reads the body of a call, and fetches what was too big to send along. Called by call. */
import { messageOf, StepwellError } from "../../errors/index.ts";
import { isObject, isRecord } from "../../options/index.ts";
import type { CallRequest, MemoizedStep } from "../../protocol/call.ts";
import type { ReceivedEvent } from "../../protocol/event.ts";
import type { App } from "../app.ts";
import { fetchApi } from "../fetch-api.ts";

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
  const { ctx, use_api } = call;
  let { event, events, steps } = call;
  if (ctx.use_api || use_api === true) {
    const run = `v0/runs/${encodeURIComponent(ctx.run_id)}/`;
    [events, steps] = await Promise.all([
      fetchState<ReceivedEvent[]>(app, `${run}batch`),
      fetchState<Record<string, MemoizedStep>>(app, `${run}actions`),
    ]);
    event = events[0] ?? event;
  }
  const all = Array.isArray(events) && events.length > 0 ? events : [event];
  return { ctx, event, events: all as ParsedCall["events"], steps: steps ?? {} };
}

function parseFrame(body: string): CallRequest {
  let call: CallRequest;
  try {
    call = JSON.parse(body) as CallRequest;
  } catch (cause) {
    throw invalid("the body is not JSON", cause);
  }
  if (!isObject(call)) throw invalid("the body is not an object");
  const { ctx, event, steps, version = 2 } = call;
  const problem = !isObject(ctx)
    ? "`ctx` is missing"
    : typeof ctx.run_id !== "string"
      ? "`ctx.run_id` is not a text"
      : typeof ctx.attempt !== "number"
        ? "`ctx.attempt` is not a number"
        : !isObject(event)
          ? "`event` is missing"
          : steps !== undefined && steps !== null && !isRecord(steps)
            ? "`steps` is not an object"
            : [-1, 1, 2].includes(version)
              ? null
              : `the run's format is version ${version}; this SDK knows 1 and 2`;
  if (problem !== null) throw invalid(problem);
  return call;
}

async function fetchState<T>(app: App, path: string): Promise<T> {
  try {
    const response = await fetchApi(app, path, { method: "GET", headers: app.headers });
    if (!response.ok) throw new Error(`the engine answered ${response.status}`);
    return (await response.json()) as T;
  } catch (cause) {
    throw new StepwellError(`Failed to fetch the run's state from /${path}: ${messageOf(cause)}.`, {
      code: "state_unavailable",
      retryable: true,
      cause,
    });
  }
}

function invalid(problem: string, cause?: unknown): StepwellError {
  return new StepwellError(`Failed to parse data from executor: ${problem}.`, { code: "invalid_call", cause });
}
