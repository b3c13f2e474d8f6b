/**
 * Reads which runs a request speaks of: out of the query of a list, or out of the body of a bulk job. The two say it with the
 * same names.
 */
import type { BulkFilter } from "../../../domain/bulk-job.ts";
import { EngineError } from "../../../domain/error.ts";
import { type RunStatus, runStatuses } from "../../../domain/run/run.ts";
import type { RunFilter } from "../../../ports/store.ts";
import type { ApiContext } from "../../api-parts.ts";
import { readList } from "../../openapi/check-request.ts";
import { readCursor, readLimit, readTime } from "../../query.ts";
import { findApp, findFunction, type V2Parts } from "../v2-parts.ts";

function invalid(message: string): EngineError {
  return new EngineError("invalid_request", message);
}

function parseStatus(text: string): RunStatus {
  const status = runStatuses.find((known) => known.toLowerCase() === text.toLowerCase());
  if (status !== undefined) return status;
  throw invalid(`Invalid status: ${text}. Expected one of ${runStatuses.join(", ").toUpperCase()}.`);
}

/** Ids of all functions that are named, and of those of the apps that are named. Undefined: nothing is named. */
async function functionIdsOf(
  parts: V2Parts,
  apps: readonly string[],
  functions: readonly string[],
): Promise<string[] | undefined> {
  if (apps.length === 0 && functions.length === 0) return undefined;
  const appRecords = apps.map((id) => findApp(parts, id));
  if (functions.length > 0) {
    const scope = appRecords.length === 1 ? (appRecords[0] ?? null) : null;
    return Promise.all(functions.map(async (id) => (await findFunction(parts, id, scope)).id));
  }
  const known = await parts.store.listFunctions();
  return known.filter(({ appId }) => appRecords.some(({ id }) => id === appId)).map(({ id }) => id);
}

/** A word of the query that the check of requests has found right; the first one when it is missing. */
function readWord<T extends string>(c: ApiContext, name: string, words: readonly [T, ...T[]]): T {
  const text = c.req.query(name)?.toLowerCase();
  return words.find((word) => word.toLowerCase() === text) ?? words[0];
}

export interface RunQuery {
  filter: RunFilter;
  /** CEL; undefined for none. */
  condition: string | undefined;
  includeOutput: boolean;
}

/** @throws EngineError `invalid_request`, `app_not_found`, `unknown_function` */
export async function readRunQuery(c: ApiContext, parts: V2Parts): Promise<RunQuery> {
  const statuses = readList(c, "status").map(parseStatus);
  const functionIds = await functionIdsOf(parts, readList(c, "appId"), readList(c, "functionId"));
  const from = readTime(c, "from");
  const until = readTime(c, "until");
  const field = readWord(c, "timeField", ["queuedAt", "startedAt", "endedAt"]);
  const cursor = readCursor(c);
  const condition = c.req.query("query") || undefined;
  return {
    filter: {
      limit: readLimit(c),
      order: readWord(c, "order", ["desc", "asc"]) === "asc" ? "oldest" : "newest",
      ...(cursor === null ? {} : { cursor }),
      ...(statuses.length === 0 ? {} : { statuses }),
      ...(functionIds === undefined ? {} : { functionIds }),
      ...(from === null && until === null
        ? {}
        : { time: { field, ...(from === null ? {} : { from }), ...(until === null ? {} : { until }) } }),
    },
    condition,
    includeOutput: readWord(c, "includeOutput", ["false", "true"]) === "true",
  };
}

type Raw = Record<string, unknown>;

function toList(raw: Raw, name: string): string[] {
  const value = raw[name];
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? value : [value];
  if (list.every((item): item is string => typeof item === "string" && item !== "")) return list;
  throw invalid(`\`${name}\` must be a text or a list of texts.`);
}

function toTime(raw: Raw, name: string): number | undefined {
  const value = raw[name];
  if (value === undefined || value === null) return undefined;
  const time = typeof value === "number" ? value : Date.parse(String(value));
  if (Number.isFinite(time)) return time;
  throw invalid(`\`${name}\` must be a time such as "2026-01-31T12:00:00Z", got ${JSON.stringify(value)}.`);
}

function toCondition(raw: Raw): string | undefined {
  const value = raw.if;
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  throw invalid(
    "`if` must be a text, a CEL condition over `event` and `output` such as \"event.data.plan == 'free'\".",
  );
}

/** Names of a filter's fields in a body. */
export interface FilterNames {
  app: string;
  fn: string;
  from: string;
  until: string;
}

const v2Names: FilterNames = { app: "appId", fn: "functionId", from: "from", until: "until" };

/** @throws EngineError `invalid_request`, `app_not_found`, `unknown_function` */
export async function parseBulkFilter(
  parts: V2Parts,
  raw: Raw,
  names: FilterNames = v2Names,
  statuses?: readonly RunStatus[],
): Promise<BulkFilter> {
  const functionIds = await functionIdsOf(parts, toList(raw, names.app), toList(raw, names.fn));
  const wanted = statuses ?? toList(raw, "status").map(parseStatus);
  const from = toTime(raw, names.from);
  const until = toTime(raw, names.until);
  const condition = toCondition(raw);
  return {
    ...(functionIds === undefined ? {} : { functionIds }),
    ...(wanted.length === 0 ? {} : { statuses: [...wanted] }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(condition === undefined ? {} : { condition }),
  };
}

/** @throws EngineError `invalid_request` */
export function parseReason(raw: Raw): string | null {
  const { reason } = raw;
  if (reason === undefined || reason === null || reason === "") return null;
  if (typeof reason === "string" && reason.length <= 500) return reason;
  throw invalid("`reason` must be a text of at most 500 characters.");
}
