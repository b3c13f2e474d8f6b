/**
 * What the guard writes into the audit log of a request that changes something. Must never take a field of the request that the
 * table of routes does not name.
 */
import type { AuditRecord } from "../../domain/access/audit.ts";
import type { Identity } from "../../domain/access/identity.ts";
import { type ApiContext, type ApiParts, requestHeader } from "../api-parts.ts";
import type { Change } from "./route-access.ts";

const longestValue = 300;
const requestIdPattern = /^[\w.:-]{1,100}$/;

/** The parameters in a path, by the pattern of its route. */
function paramsOf(pattern: string, path: string): Record<string, string> {
  const given = path.replace(/^\/api(?=\/v2)/, "").split("/");
  const found: Record<string, string> = {};
  for (const [index, part] of pattern.split("/").entries())
    if (part.startsWith(":")) found[part.slice(1)] = decode(given[index] ?? "");
  return found;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An object; anything else has no fields. */
function parse(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function shorten(value: unknown): unknown {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (text === undefined || text.length <= longestValue) return value;
  return `${text.slice(0, longestValue)}…`;
}

function toText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}…`;
}

export interface TrailRoute {
  change: Change;
  /** Of the table. */
  pattern: string;
}

/** The id that the request brought, or one of its own. */
export function requestIdOf(c: ApiContext, { access }: Pick<ApiParts, "access">): string {
  const given = requestHeader(c, "x-request-id");
  return given !== null && requestIdPattern.test(given) ? given : access.newId();
}

/** Resolves when it is written. */
export function writeTrail(
  c: ApiContext,
  { access, addressOf }: Pick<ApiParts, "access" | "addressOf">,
  { change, pattern }: TrailRoute,
  { who, outcome, requestId }: { who: Identity | string } & Pick<AuditRecord, "outcome" | "requestId">,
): Promise<void> {
  const params = paramsOf(pattern, c.req.path);
  const given: Record<string, unknown> = { ...c.req.query(), ...parse(c.get("body")), ...params };
  const names = change.fields ?? Object.keys(params);
  const fields = Object.fromEntries(
    names.filter((name) => (given[name] ?? null) !== null).map((name) => [name, shorten(given[name])]),
  );
  const [first] = Object.values(fields);
  return access.audit.write({
    kind: typeof who === "string" ? "unknown" : who.kind,
    who: typeof who === "string" ? who : who.name,
    action: change.action,
    target: first === undefined ? null : toText(first),
    detail: Object.keys(fields).length > 1 ? JSON.stringify(fields) : null,
    address: addressOf(c),
    requestId,
    outcome,
  });
}
