/**
 * One request to the engine: JSON in and out, errors as ApiError. Called by the files beside it alone. Must never keep a key.
 */

/** The page's root, under whatever path it is served; ends with a slash. */
export const rootUrl: URL = new URL("./", document.baseURI);

/** `unreachable` when nothing answered. `status` is 0 then. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(message: string, { status, code, cause }: { status: number; code: string; cause?: unknown }) {
    super(message, { cause });
    this.name = "ApiError";
    this.status = status;
    this.code = code;
  }
}

type Listener = () => void;
const onUnauthorized = new Set<Listener>();

/** Hears that the engine asks for a key. Returns what ends it. */
export function whenUnauthorized(listener: Listener): () => void {
  onUnauthorized.add(listener);
  return () => onUnauthorized.delete(listener);
}

interface Problem {
  errors?: { code?: string; message?: string }[];
  error?: string;
  code?: string;
  message?: string;
}

async function toApiError(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as Problem;
  const [first] = problem.errors ?? [];
  const message = first?.message ?? problem.error ?? problem.message ?? `The engine answered with ${response.status}.`;
  return new ApiError(message, { status: response.status, code: first?.code ?? problem.code ?? "unknown" });
}

export interface RequestOptions {
  method?: "GET" | "POST" | "DELETE";
  body?: unknown;
  signal?: AbortSignal;
}

/** @throws ApiError */
export async function request<T>(path: string, { method = "GET", body, signal }: RequestOptions = {}): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json", "x-stepwell-page": "1" };
  if (body !== undefined) headers["content-type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(new URL(path, rootUrl), {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new ApiError(`The engine at ${rootUrl.host} does not answer. Is it running?`, {
      status: 0,
      code: "unreachable",
      cause,
    });
  }
  if (!response.ok) {
    const error = await toApiError(response);
    if (error.status === 401 && path !== "v2/session") for (const listener of onUnauthorized) listener();
    throw error;
  }
  const text = await response.text();
  return (text === "" ? null : JSON.parse(text)) as T;
}

export interface Page<T> {
  data: T[];
  page: { cursor: string | null; hasMore: boolean; limit: number };
}

/** What the envelope of `/v2` holds. @throws ApiError */
export async function ask<T>(path: string, options?: RequestOptions): Promise<T> {
  return (await request<{ data: T }>(path, options)).data;
}

type Value = string | number | boolean | null | undefined | readonly string[];

/** A query string with what is there; `""` for nothing. */
export function toQuery(values: Readonly<Record<string, Value>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null || value === "") continue;
    if (Array.isArray(value)) for (const item of value as string[]) query.append(name, item);
    else query.set(name, String(value));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

export const seg = (text: string): string => encodeURIComponent(text);
