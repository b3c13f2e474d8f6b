/** What two SDKs must agree on of what they put on the wire: ids that they make up, times and stacks are their own. */
import type { Asked, Reply } from "./relay.ts";

export interface Wire {
  what: string;
  status?: number;
  headers?: Record<string, unknown>;
  body: unknown;
}

const ulid = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g;
/** Fields that say when, how long, or where in the code; `metadata` is telemetry. */
const own = new Set(["timing", "ts", "request_started_at", "metadata"]);
const comparedHeaders = ["content-type", "x-inngest-no-retry", "retry-after", "x-inngest-req-version"];
/** A checkpoint carries operations; of the published SDK's also what it keeps about them. */
const opFields = new Set(["id", "op", "name", "displayName", "opts", "userland", "data", "error"]);

/** What our errors say beyond those of the published SDK: which step it was, and what a schema found wrong. */
function isOurs(holder: Record<string, unknown>, key: string): boolean {
  if (holder["__serialized"] !== true) return false;
  return key === "stepId" || (key === "cause" && holder["name"] === "EventValidationError");
}

function normal(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll(ulid, "<ulid>");
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== "object" || value === null) return value;
  const holder = value as Record<string, unknown>;
  const entries = Object.entries(holder).filter(([key]) => !own.has(key) && !isOurs(holder, key));
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, key === "stack" && typeof inner === "string" ? inner !== "" : normal(inner)]),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The answer to a call. */
export function normalAnswer(asked: Asked, reply: Reply): Wire {
  const query = new URL(asked.path, "http://app").searchParams;
  const headers = Object.fromEntries(comparedHeaders.map((name) => [name, reply.headers[name]]));
  return {
    what: `answer of ${query.get("fnId")} to ${query.get("stepId")}`,
    status: reply.status,
    headers,
    body: normal(parse(reply.body)),
  };
}

/** What an app asks of the engine: events, signals, checkpoints. */
export function normalPost(asked: Asked): Wire {
  const path = asked.path.replaceAll(ulid, "<ulid>");
  const body = parse(asked.body) as { steps?: Record<string, unknown>[] };
  if (path.startsWith("/v1/checkpoint")) {
    const steps = (body.steps ?? []).map((step) =>
      Object.fromEntries(Object.entries(step).filter(([key]) => opFields.has(key))),
    );
    return { what: `${asked.method} ${path}`, body: normal(steps) };
  }
  return { what: `${asked.method} ${path}`, body: normal(body) };
}
