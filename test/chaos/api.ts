/** What chaos asks of the engines, over HTTP, until one of them answers: who is asked may die at any moment. */
import { guardMs } from "../helpers/guard.ts";

/** Time after which a request is made again elsewhere, and time between two tries, in milliseconds. */
const requestMs = 30_000;
const againMs = 50;
const pageSize = 100;

export interface RunJson {
  id: string;
  function: { id: string };
  status: "QUEUED" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED" | "SKIPPED";
  queuedAt: string;
  startedAt: string | null;
  endedAt: string | null;
  trigger: { eventIds: string[]; cron: string | null };
  output?: unknown;
}

export interface EventJson {
  id: string;
  data: { run_id?: string };
}

export interface Answer {
  status: number;
  json: unknown;
}

export interface ChaosApi {
  /** The first answer that is none of a server in trouble. */
  ask(method: "GET" | "POST", path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** All pages of a list. */
  list<T>(path: string): Promise<T[]>;
}

export function createApi(url: () => string): ChaosApi {
  const ask: ChaosApi["ask"] = async (method, path, body, headers = {}) => {
    const end = Date.now() + guardMs;
    for (let last: unknown; ; ) {
      try {
        const response = await fetch(`${url()}${path}`, {
          method,
          headers: { "content-type": "application/json", ...headers },
          signal: AbortSignal.timeout(requestMs),
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        if (response.status < 500) return { status: response.status, json: text === "" ? null : JSON.parse(text) };
        last = text;
      } catch (error) {
        last = error;
      }
      if (Date.now() > end) throw new Error(`no engine answers ${method} ${path}`, { cause: last });
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  };
  return {
    ask,
    async list<T>(path: string) {
      const found: T[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const { status, json } = await ask(
          "GET",
          `${path}&limit=${pageSize}${cursor === "" ? "" : `&cursor=${cursor}`}`,
        );
        if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(json)}`);
        const page = json as { data: T[]; page: { cursor: string | null } };
        found.push(...page.data);
        cursor = page.page.cursor;
      }
      return found;
    },
  };
}
