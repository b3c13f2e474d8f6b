/**
 * `stepwell-server/client`: the HTTP API of an engine, typed. It needs `fetch` alone, so it works wherever that does. Its types are
 * those that the engine builds its answers by. Must import nothing of the engine but types of answers.
 * @module stepwell-server/client
 */
import type {
  AlertAnswer,
  ChangeAnswer,
  DeadLetterAnswer,
  EventAnswer,
  LimitOverrideAnswer,
  RunAnswer,
} from "../api/answers.ts";
import type {
  AlertsClient,
  BulkJobsClient,
  DeadLettersClient,
  EngineClient,
  EventsClient,
  FunctionsClient,
  LimitOverridesClient,
  Listing,
  PausesClient,
  RunsClient,
  SchedulesClient,
} from "./engine-client.ts";
import { readEvents } from "./read-events.ts";
import { type CallOptions, createRequester, type EngineClientOptions, type Query, type Requester } from "./request.ts";
import type { AlertFilter, DeadLetterFilter, EventFilter, Page, RunChange, RunFilter } from "./requests.ts";

const pageSize = 100;
const seg = (text: string): string => encodeURIComponent(text);

/** A list, page by page and as a whole. */
function listOf<Entry, Filter extends { cursor?: string; limit?: number }>(
  requester: Requester,
  path: string,
): Listing<Entry, Filter> {
  const read = (query: object, options?: CallOptions): Promise<Page<Entry>> =>
    requester.json(path, { ...options, query: query as Query });
  const list = (filter?: Filter, options?: CallOptions): Promise<Page<Entry>> => read({ ...filter }, options);
  async function* all(filter?: Filter, options?: CallOptions): AsyncGenerator<Entry, void, void> {
    for (let cursor = filter?.cursor ?? null; ; ) {
      const { data, page }: Page<Entry> = await read({ limit: pageSize, ...filter, cursor }, options);
      yield* data;
      cursor = page.cursor;
      if (cursor === null || !page.hasMore) return;
    }
  }
  return { list, all };
}

function createRuns(requester: Requester): RunsClient {
  const { json, data } = requester;
  const at = (id: string, more = ""): string => `v2/runs/${seg(id)}${more}`;
  return {
    ...listOf<RunAnswer, RunFilter>(requester, "v2/runs"),
    get: (id, options) => data(at(id), options),
    trace: (id, options) => data(at(id, "/trace"), { ...options, query: { includeOutput: options?.includeOutput } }),
    why: (id, options) => data(at(id, "/why"), options),
    step: (id, stepId, options) => data(at(id, `/steps/${seg(stepId)}`), options),
    logs: (id, filter, options) => json(at(id, "/logs"), { ...options, query: { ...filter } }),
    cancel: (id, options) => data(at(id, "/cancel"), { ...options, method: "POST" }),
    rerun: (id, fromStep, options) =>
      data(at(id, "/rerun"), { ...options, method: "POST", body: fromStep === undefined ? {} : { fromStep } }),
    act: (action, runIds, options) => data("v2/run-actions", { ...options, method: "POST", body: { action, runIds } }),
    stream: (id, options) => readEvents(requester, at(id, "/stream"), options) as AsyncGenerator<RunChange, void, void>,
  };
}

function createEvents(requester: Requester): EventsClient {
  const { data } = requester;
  return {
    ...listOf<EventAnswer, EventFilter>(requester, "v2/events"),
    send: (event, options) => data("v2/events", { ...options, method: "POST", body: event }),
    get: (id, options) => data(`v2/events/${seg(id)}`, options),
    runs: (id, options) => data(`v2/events/${seg(id)}/runs`, options),
  };
}

function createFunctions({ data }: Requester): FunctionsClient {
  return {
    list: (options) => data("v2/functions", options),
    get: (id, options) => data(`v2/functions/${seg(id)}`, options),
    invoke: (id, body = {}, options) => data(`v2/functions/${seg(id)}/invoke`, { ...options, method: "POST", body }),
  };
}

function createDeadLetters(requester: Requester): DeadLettersClient {
  const { data } = requester;
  const at = (id: string, more = ""): string => `v2/dead-letters/${seg(id)}${more}`;
  return {
    ...listOf<DeadLetterAnswer, DeadLetterFilter>(requester, "v2/dead-letters"),
    groups: (options) => data("v2/dead-letter-groups", options),
    get: (id, options) => data(at(id), options),
    retry: (id, body = {}, options) => data(at(id, "/retry"), { ...options, method: "POST", body }),
    drop: (id, options) => data(at(id), { ...options, method: "DELETE" }),
    retryAll: (filter = {}, options) => data("v2/dead-letters/retry", { ...options, method: "POST", body: filter }),
    dropAll: (filter = {}, options) => data("v2/dead-letters/drop", { ...options, method: "POST", body: filter }),
  };
}

function createBulkJobs({ data }: Requester): BulkJobsClient {
  return {
    list: (options) => data("v2/bulk-jobs", options),
    get: (id, options) => data(`v2/bulk-jobs/${seg(id)}`, options),
    stop: (id, options) => data(`v2/bulk-jobs/${seg(id)}`, { ...options, method: "DELETE" }),
    cancel: (filter, options) => data("v2/cancellations", { ...options, method: "POST", body: filter }),
    rerun: (filter, options) => data("v2/reruns", { ...options, method: "POST", body: filter }),
  };
}

function createSchedules({ data }: Requester): SchedulesClient {
  const act = <T>(id: string, method: "GET" | "POST" | "DELETE", more: string, options?: CallOptions): Promise<T> =>
    data(`v2/schedules/${seg(id)}${more}`, { ...options, method });
  return {
    list: (options) => data("v2/schedules", options),
    create: (schedule, options) => data("v2/schedules", { ...options, method: "POST", body: schedule }),
    get: (id, options) => act(id, "GET", "", options),
    pause: (id, options) => act(id, "POST", "/pause", options),
    resume: (id, options) => act(id, "POST", "/resume", options),
    remove: (id, options) => act(id, "DELETE", "", options),
  };
}

function createAlerts(requester: Requester): AlertsClient {
  const { data } = requester;
  const post = <T>(path: string, body: unknown, options?: CallOptions): Promise<T> =>
    data(path, { ...options, method: "POST", body });
  const remove = <T>(path: string, options?: CallOptions): Promise<T> => data(path, { ...options, method: "DELETE" });
  const rule = (id: string, more = ""): string => `v2/alerts/rules/${seg(id)}${more}`;
  const channel = (id: string, more = ""): string => `v2/alerts/channels/${seg(id)}${more}`;
  return {
    active: (options) => data("v2/alerts", options),
    history: listOf<AlertAnswer, AlertFilter>(requester, "v2/alerts/history"),
    conditions: (options) => data("v2/alerts/conditions", options),
    rules: {
      list: (options) => data("v2/alerts/rules", options),
      create: (body, options) => post("v2/alerts/rules", body, options),
      get: (id, options) => data(rule(id), options),
      change: (id, change, options) => post(rule(id), change, options),
      enable: (id, options) => post(rule(id, "/enable"), {}, options),
      disable: (id, options) => post(rule(id, "/disable"), {}, options),
      remove: (id, options) => remove(rule(id), options),
    },
    channels: {
      list: (options) => data("v2/alerts/channels", options),
      create: (body, options) => post("v2/alerts/channels", body, options),
      get: (id, options) => data(channel(id), options),
      change: (id, change, options) => post(channel(id), change, options),
      test: (id, options) => post(channel(id, "/test"), {}, options),
      remove: (id, options) => remove(channel(id), options),
    },
  };
}

function createPauses({ data }: Requester): PausesClient {
  return {
    list: (options) => data("v2/pauses", options),
    create: (pause, options) => data("v2/pauses", { ...options, method: "POST", body: pause }),
    resume: (target, options) => data("v2/pauses/resume", { ...options, method: "POST", body: target }),
  };
}

function createLimitOverrides({ data }: Requester): LimitOverridesClient {
  const path = "v2/limit-overrides";
  return {
    list: (options) => data(path, options),
    set: (limit, options) => data(path, { ...options, method: "POST", body: limit }),
    async reset(target, options) {
      const answer = await data<{ reset: LimitOverrideAnswer[] }>(`${path}/reset`, {
        ...options,
        method: "POST",
        body: target,
      });
      return answer.reset;
    },
  };
}

/** @throws TypeError for options that are none */
export function createEngineClient(options: EngineClientOptions = {}): EngineClient {
  const requester = createRequester(options);
  const { data } = requester;
  return {
    runs: createRuns(requester),
    events: createEvents(requester),
    functions: createFunctions(requester),
    deadLetters: createDeadLetters(requester),
    bulkJobs: createBulkJobs(requester),
    schedules: createSchedules(requester),
    alerts: createAlerts(requester),
    pauses: createPauses(requester),
    limitOverrides: createLimitOverrides(requester),
    apps: (call) => data("v2/apps", call),
    appAddresses: (call) => data("v2/app-addresses", call),
    queue: (call) => data("v2/queue", call),
    overview: (call) => data("v2/overview", call),
    metrics: (filter, call) => data("v2/metrics", { ...call, query: { ...filter } }),
    storage: (call) => data("v2/storage", call),
    engine: (call) => data("v2/engine", call),
    async *stream(call) {
      for await (const { event, data: change } of readEvents(requester, "v2/stream", call)) {
        if (event === "change") yield { kind: "change", ...(change as ChangeAnswer) };
        if (event === "reset") yield { kind: "reset" };
      }
    },
  };
}

export type * from "../api/answers.ts";
export { EngineApiError, isEngineApiError } from "./engine-api-error.ts";
export type * from "./engine-client.ts";
export type { CallOptions, EngineClientOptions } from "./request.ts";
export type * from "./requests.ts";
