/** A request and its answer as `wrapRequest` sees them. Called by the pipeline. */
import type { MiddlewareResponse, PipelineRequest, RequestInfo } from "./open-pipeline.ts";

/** Names that the SDK itself writes in this way; on the wire they are lower case, like all others. */
const WRITTEN = ["Content-Type", "User-Agent", "Server-Timing", "Retry-After"];
/** Marked, so that an app without middleware leaves it out. */
const writtenNames: ReadonlyMap<string, string> = /* @__PURE__ */ (() =>
  new Map(WRITTEN.map((name) => [name.toLowerCase(), name])))();

/** What `wrapRequest` gets beside `next` and `fn`. */
export function toRequestArgs({ url, headers, body, args }: PipelineRequest): {
  requestInfo: RequestInfo;
  requestArgs: readonly unknown[];
  runId: string;
} {
  let parsed: { value: unknown } | null = null;
  const parse = (): unknown => {
    parsed ??= { value: body === "" ? "" : JSON.parse(body) };
    return parsed.value;
  };
  const requestInfo: RequestInfo = {
    method: "POST",
    url: new URL(url, "http://localhost"),
    headers: Object.freeze(withWrittenNames(headers)),
    body: async () => parse(),
  };
  return { requestInfo, requestArgs: args, runId: runIdIn(parse) };
}

function runIdIn(parse: () => unknown): string {
  try {
    const { ctx } = parse() as { ctx?: { run_id?: unknown } };
    return typeof ctx?.run_id === "string" ? ctx.run_id : "";
  } catch {
    return "";
  }
}

export function toHookResponse({ headers, ...response }: MiddlewareResponse): MiddlewareResponse {
  return { ...response, headers: withWrittenNames(headers) };
}

/**
 * What is sent: the answer as middleware gives it.
 * @throws {TypeError} when it is none.
 */
export function fromHookResponse(given: unknown): MiddlewareResponse {
  const { status, headers = {}, body = "" } = (given ?? {}) as Partial<MiddlewareResponse>;
  if (typeof status !== "number") {
    throw new TypeError(
      "wrapRequest must return what next() gave, or an answer of its own: { status, headers, body }.",
    );
  }
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    status,
    headers: Object.fromEntries(named),
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

function withWrittenNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [writtenNames.get(name) ?? name, value]));
}
