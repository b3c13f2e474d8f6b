/** A test's way to ask an engine over HTTP. */
import { eventually } from "./eventually.ts";

export interface RunJson {
  run_id: string;
  function_slug: string;
  status: "Queued" | "Running" | "Completed" | "Failed" | "Cancelled";
  output: unknown;
  event_id: string;
}

export interface StepJson {
  id: string;
  name: string;
  op: string;
  status: string;
  attempts: number;
  output?: unknown;
  error?: unknown;
  failed_attempts: unknown[];
}

export interface SentJson {
  ids: string[];
  status: number;
  error?: string;
}

export interface EngineApi {
  url: string;
  /** Any request; the path begins with a slash. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Posts a body to the event API and gives back status and answer, whatever they are. */
  post(body: string, headers?: Record<string, string>): Promise<{ status: number; json: SentJson }>;
  /** Sends events that must be taken; resolves with their internal ids. */
  send(events: object | object[]): Promise<string[]>;
  run(id: string): Promise<RunJson>;
  steps(id: string): Promise<StepJson[]>;
  runs(query?: string): Promise<RunJson[]>;
  runsOfEvent(id: string): Promise<RunJson[]>;
  /** Waits until the event has `count` runs and all have ended. `whileWaiting` is called between looks. */
  endedRuns(eventId: string, count?: number, whileWaiting?: () => Promise<void> | void): Promise<RunJson[]>;
}

const ended = new Set(["Completed", "Failed", "Cancelled"]);

export function createEngineApi(url: string, auth: { eventKey?: string; signingKey?: string } = {}): EngineApi {
  const authorization: Record<string, string> =
    auth.signingKey === undefined ? {} : { authorization: `Bearer ${auth.signingKey}` };
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${path}`, { ...init, headers: { ...authorization, ...(init.headers as Record<string, string>) } });
  const data = async <T>(path: string): Promise<T> => {
    const response = await ask(path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { data: T }).data;
  };
  const post: EngineApi["post"] = async (body, headers = { "content-type": "application/json" }) => {
    const response = await ask(`/e/${auth.eventKey ?? "test"}`, { method: "POST", body, headers });
    return { status: response.status, json: (await response.json()) as SentJson };
  };
  const runsOfEvent = (id: string): Promise<RunJson[]> => data(`/v1/events/${id}/runs`);
  return {
    url,
    fetch: ask,
    post,
    async send(events) {
      const { status, json } = await post(JSON.stringify(events));
      if (status !== 200) throw new Error(`the event was refused: ${status} ${JSON.stringify(json)}`);
      return json.ids;
    },
    run: (id) => data(`/v1/runs/${id}`),
    steps: (id) => data(`/v1/runs/${id}/steps`),
    runs: (query = "") => data(`/v1/runs${query}`),
    runsOfEvent,
    endedRuns: (eventId, count = 1, whileWaiting) =>
      eventually(`${count} ended runs of event ${eventId}`, async () => {
        const runs = await runsOfEvent(eventId);
        if (runs.length >= count && runs.every((run) => ended.has(run.status))) return runs;
        await whileWaiting?.();
        return null;
      }),
  };
}
