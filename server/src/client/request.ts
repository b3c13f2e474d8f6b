/**
 * One request of the client: JSON in and out, errors as EngineApiError, reads tried again. Called by the files beside it. Needs nothing
 * but `fetch`. Must never log or return the key.
 */
import { EngineApiError } from "./engine-api-error.ts";

export interface EngineClientOptions {
  /** Where the engine is. Default: `http://127.0.0.1:8288`. */
  url?: string;
  /** An API key, or the signing key. Default: none, as for an engine in dev mode. */
  apiKey?: string;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
  /** How often a read is tried again when nothing answers or the engine cannot answer now, 0 to 10. Default: 2. */
  retries?: number;
  /** Before the first retry, milliseconds; twice as long before each further one. Default: 200. */
  retryDelayMs?: number;
}

export interface CallOptions {
  /** Gives the request up. */
  signal?: AbortSignal;
}

export interface RequestOptions extends CallOptions {
  method?: "GET" | "POST" | "DELETE";
  query?: Query;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

type Value = string | number | boolean | Date | null | undefined;
export type Query = Readonly<Record<string, Value | readonly string[]>>;

export interface Requester {
  /** Before the first retry, milliseconds. */
  readonly retryDelayMs: number;
  /** Below 400. @throws EngineApiError */
  send(path: string, options?: RequestOptions): Promise<Response>;
  /** The whole answer, parsed. @throws EngineApiError */
  json<T>(path: string, options?: RequestOptions): Promise<T>;
  /** What its envelope holds. @throws EngineApiError */
  data<T>(path: string, options?: RequestOptions): Promise<T>;
}

const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Whether asking again may help: nothing answered, or the engine cannot answer now. */
export const isPassing = ({ status }: EngineApiError): boolean => status === 0 || passing.has(status);

const retriesMax = 10;

const textOf = (value: Exclude<Value, null | undefined>): string =>
  value instanceof Date ? value.toISOString() : String(value);

function toQuery(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === "") continue;
    if (typeof value === "object" && !(value instanceof Date)) for (const item of value) parameters.append(name, item);
    else parameters.set(name, textOf(value));
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

interface Problem {
  errors?: { code?: string; message?: string }[];
  error?: string;
  code?: string;
}

async function toError(response: Response, root: string): Promise<EngineApiError> {
  const problem = (await response.json().catch(() => null)) as Problem | null;
  const [first] = problem?.errors ?? [];
  const message = first?.message ?? problem?.error ?? `The engine at ${root} answered ${response.status}.`;
  return new EngineApiError(message, { code: first?.code ?? problem?.code ?? "unknown", status: response.status });
}

function assertOptions({ url, retries = 0 }: EngineClientOptions): void {
  if (url !== undefined && !/^https?:\/\//i.test(url))
    throw new TypeError(`\`url\` is "${url}": expected an address like http://127.0.0.1:8288.`);
  if (!Number.isInteger(retries) || retries < 0 || retries > retriesMax)
    throw new TypeError(`\`retries\` is ${retries}: expected a whole number from 0 to ${retriesMax}.`);
}

/** Rejects when it is given up. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Where requests go. */
interface Way {
  root: string;
  apiKey: string | undefined;
  ask: typeof fetch;
}

/** One try. @throws EngineApiError */
async function sendOnce({ root, apiKey, ask }: Way, path: string, request: RequestOptions): Promise<Response> {
  const { method = "GET", query, body, headers, signal } = request;
  const init: RequestInit = {
    method,
    headers: {
      accept: "application/json",
      ...(apiKey === undefined || apiKey === "" ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  };
  const response = await ask(`${root}/${path}${toQuery(query)}`, init).catch((cause: unknown) => {
    if (signal?.aborted === true) throw cause;
    throw new EngineApiError(`No engine answers at ${root}.`, { code: "unreachable", status: 0, cause });
  });
  if (response.ok) return response;
  throw await toError(response, root);
}

/** @throws TypeError for options that are none */
export function createRequester(options: EngineClientOptions): Requester {
  assertOptions(options);
  const { url = "http://127.0.0.1:8288", apiKey, retries = 2, retryDelayMs = 200 } = options;
  const root = url.replace(/\/+$/, "");
  const ask = options.fetch ?? ((...given: Parameters<typeof fetch>) => fetch(...given));
  const way: Way = { root, apiKey, ask };

  const send: Requester["send"] = async (path, request = {}) => {
    const isRead = (request.method ?? "GET") === "GET";
    for (let tries = 0; ; tries++) {
      try {
        return await sendOnce(way, path, request);
      } catch (error) {
        const mayPass = error instanceof EngineApiError && isPassing(error);
        if (!isRead || !mayPass || tries >= retries) throw error;
        await pause(retryDelayMs * 2 ** tries, request.signal);
      }
    }
  };
  const notAnEngine = (why: string, status: number, cause?: unknown): EngineApiError =>
    new EngineApiError(`What answers at ${root} is no Stepwell engine: ${why}.`, {
      code: "not_an_engine",
      status,
      cause,
    });
  const read = async (path: string, request?: RequestOptions): Promise<{ answer: unknown; status: number }> => {
    const response = await send(path, request);
    const text = await response.text();
    try {
      return { answer: text === "" ? null : JSON.parse(text), status: response.status };
    } catch (cause) {
      throw notAnEngine("it did not send JSON", response.status, cause);
    }
  };
  return {
    retryDelayMs,
    send,
    json: async <T>(path: string, request?: RequestOptions) => (await read(path, request)).answer as T,
    async data<T>(path: string, request?: RequestOptions) {
      const { answer, status } = await read(path, request);
      if (typeof answer === "object" && answer !== null && "data" in answer) return answer.data as T;
      throw notAnEngine(`${request?.method ?? "GET"} /${path} came without data`, status);
    },
  };
}
