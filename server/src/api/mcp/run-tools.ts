/** Tools for functions and their runs. Each asks the API. */
import type {
  FunctionAnswer,
  InvokedAnswer,
  LogAnswer,
  RunAnswer,
  RunStateAnswer,
  SentAnswer,
  StoredEventAnswer,
} from "../answers.ts";
import { anyObject, integer, list, object, oneOf, optional, type Schema, text, ulid } from "../schema/schema.ts";
import { defineTool, rest, type Tool, type ToolWorld } from "./tool.ts";

const lookMs = 500;
/** Clients give a tool up after a minute. */
const waitSeconds = {
  minimum: 0,
  maximum: 55,
  description: "How long to wait for it, in seconds. Default: 30.",
} as const;
const defaultWaitSeconds = 30;
const runsMost = 20;

const runId = ulid({ description: "Id of the run." });
const data: Schema<Record<string, unknown>> = anyObject({ description: "Data of the event, an object." });
const functionId = text({
  minLength: 1,
  description: "Id of the function, <app>-<function>, as list_functions has it.",
});

const runStatuses = ["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "SKIPPED"] as const;
const isOpen = (status: string): boolean => status === "QUEUED" || status === "RUNNING";
const seg = encodeURIComponent;

const getRun = ({ ask }: ToolWorld, id: string): Promise<RunAnswer> => ask("GET", `/runs/${seg(id)}`);

/** Looks again and again until none of the runs is open, or the time is over. */
async function waitForEnd(world: ToolWorld, ids: readonly string[], seconds: number): Promise<RunAnswer[]> {
  const until = world.clock.now() + seconds * 1000;
  for (;;) {
    const runs = await Promise.all(ids.map((id) => getRun(world, id)));
    const isOver = runs.every(({ status }) => !isOpen(status));
    if (isOver || world.clock.now() >= until || world.signal.aborted) return runs;
    await rest(world, Math.min(lookMs, Math.max(until - world.clock.now(), 1)));
  }
}

/** Why runs wait that do. */
async function withReasons(world: ToolWorld, runs: readonly RunAnswer[]): Promise<object[]> {
  const open = runs.filter(({ status }) => isOpen(status));
  const query = open.map(({ id }) => `runId=${seg(id)}`).join("&");
  const states = open.length === 0 ? [] : await world.ask<RunStateAnswer[]>("GET", `/run-states?${query}`);
  return runs.map((run) => {
    const state = states.find(({ id }) => id === run.id);
    return state === undefined ? run : { ...run, waitsFor: state.waits };
  });
}

async function invoke(world: ToolWorld, id: string, body: object): Promise<InvokedAnswer> {
  return world.ask("POST", `/functions/${seg(id)}/invoke`, body);
}

export const eventTools: readonly Tool[] = [
  defineTool({
    name: "send_event",
    description:
      "Send an event. Every function with a trigger for its name starts. Answers with the event's id, the runs that it started and why others did not start.",
    input: object({
      name: text({ minLength: 1, description: "Such as shop/order.placed." }),
      data: optional(data),
      id: optional(
        text({ minLength: 1, description: "Sent again within 24 hours with the same id, it starts nothing." }),
      ),
      ts: optional(integer({ description: "When it happened, in milliseconds since 1970. Default: now." })),
    }),
    async run({ ask }, event) {
      const { eventId } = await ask<SentAnswer>("POST", "/events", event);
      const [stored, runs] = await Promise.all([
        ask<StoredEventAnswer>("GET", `/events/${eventId}`),
        ask<RunAnswer[]>("GET", `/events/${eventId}/runs`),
      ]);
      return { eventId, runs, notStarted: stored.notStarted };
    },
  }),
];

export const functionTools: readonly Tool[] = [
  defineTool({
    name: "list_functions",
    description: "The functions that apps serve: ids, triggers, settings and whether each is paused.",
    input: object({}),
    isReadOnly: true,
    run: ({ ask }) => ask<FunctionAnswer[]>("GET", "/functions"),
  }),
  defineTool({
    name: "invoke_function",
    description: "Start one function with data, whatever its triggers. Answers at once with the run's id.",
    input: object({
      functionId,
      data: optional(data),
      idempotencyKey: optional(text({ minLength: 1, description: "The same key starts it once within 24 hours." })),
    }),
    run: (world, { functionId: id, ...body }) => invoke(world, id, body),
  }),
  defineTool({
    name: "invoke_function_sync",
    description:
      "Start one function with data and wait for its result. A run that goes on longer than the wait is answered as it stands, with what it waits for.",
    input: object({ functionId, data: optional(data), timeoutSeconds: optional(integer(waitSeconds)) }),
    async run(world, { functionId: id, timeoutSeconds = defaultWaitSeconds, ...body }) {
      const invoked = await invoke(world, id, body);
      const [run] = await withReasons(world, await waitForEnd(world, [invoked.runId], timeoutSeconds));
      return run;
    },
  }),
];

export const runTools: readonly Tool[] = [
  defineTool({
    name: "list_runs",
    description: "The newest runs, with what they failed with.",
    input: object({
      functionId: optional(functionId),
      status: optional(oneOf(runStatuses)),
      limit: optional(integer({ minimum: 1, maximum: 100, description: "Default: 20." })),
    }),
    isReadOnly: true,
    run({ ask }, { functionId: id, status, limit = 20 }) {
      const query = new URLSearchParams({
        limit: String(limit),
        ...(id && { functionId: id }),
        ...(status && { status }),
      });
      return ask<RunAnswer[]>("GET", `/runs?${query.toString()}`);
    },
  }),
  defineTool({
    name: "get_run_status",
    description:
      "How a run stands: status, output or error, its steps with their attempts and results, and what it waits for.",
    input: object({ runId }),
    isReadOnly: true,
    async run(world, { runId: id }) {
      const [run] = await withReasons(world, [await getRun(world, id)]);
      const trace = await world.ask<object>("GET", `/runs/${seg(id)}/trace?includeOutput=true`);
      return { run, trace };
    },
  }),
  defineTool({
    name: "poll_run_status",
    description:
      "Wait until runs have ended, and say how each stands. Those that go on are answered as they stand then.",
    input: object({
      runIds: list(runId, { minItems: 1, maxItems: runsMost }),
      timeoutSeconds: optional(integer(waitSeconds)),
    }),
    isReadOnly: true,
    run: async (world, { runIds, timeoutSeconds = defaultWaitSeconds }) =>
      withReasons(world, await waitForEnd(world, runIds, timeoutSeconds)),
  }),
  defineTool({
    name: "why_does_run_wait",
    description:
      "What an open run waits for: a limit and who holds it, a pause and by whom, a retry, an event, a sleep.",
    input: object({ runId }),
    isReadOnly: true,
    run: ({ ask }, { runId: id }) => ask<object>("GET", `/runs/${seg(id)}/why`),
  }),
  defineTool({
    name: "get_run_logs",
    description: "What a run's function has logged, oldest first.",
    input: object({
      runId,
      cursor: optional(text({ minLength: 1, description: "Where to go on: the number of the last line so far." })),
      limit: optional(integer({ minimum: 1, maximum: 500, description: "Default: 200." })),
    }),
    isReadOnly: true,
    run: ({ ask }, { runId: id, cursor, limit = 200 }) =>
      ask<LogAnswer[]>(
        "GET",
        `/runs/${seg(id)}/logs?limit=${limit}${cursor === undefined ? "" : `&cursor=${seg(cursor)}`}`,
      ),
  }),
  defineTool({
    name: "rerun",
    description: "Start a run again with the same event: all of it, or from a step, whose input may be another one.",
    input: object({
      runId,
      fromStep: optional(
        object({
          stepId: text({ minLength: 1, description: "As the trace has it." }),
          input: optional(list({ json: {} }, { description: "Another input for the step: its arguments." })),
        }),
      ),
    }),
    isDestructive: true,
    run: ({ ask }, { runId: id, fromStep }) =>
      ask<object>("POST", `/runs/${seg(id)}/rerun`, fromStep === undefined ? {} : { fromStep }),
  }),
  defineTool({
    name: "cancel_run",
    description: "End a run that goes on.",
    input: object({ runId }),
    isDestructive: true,
    run: ({ ask }, { runId: id }) => ask<object>("POST", `/runs/${seg(id)}/cancel`, {}),
  }),
];
