/**
 * Pauses: the kill switch for a function, an app or everything. What is held is held by the store, which leases nothing of
 * it; this says what a pause is, and cancels what was under way when that is asked for. Called by core/operations.
 */
import { EngineError } from "../../domain/error.ts";
import type { PauseRecord, PauseScope } from "../../domain/pause.ts";
import type { Transition } from "../../domain/transition.ts";
import type { Parts } from "../parts/parts.ts";
import type { Committer } from "../work/committer.ts";
import { beginBulkJob } from "./bulk-jobs.ts";
import { findFunction, invalid, parseText, type Raw, toRaw } from "./who-and-why.ts";

const example = '{"scope":"app","target":"shop","reason":"deploy","author":"ana"}';

/** What is under way when a pause begins: it may finish its calls, or its runs are cancelled. */
export type RunningRule = "finish" | "cancel";

function parseScope({ scope }: Raw): PauseScope {
  if (scope === "all" || scope === "app" || scope === "function") return scope;
  throw invalid(`\`scope\` must be "all", "app" or "function", got ${JSON.stringify(scope ?? null)}.`);
}

/** Also finds what is archived or paused already. */
function parseTargetId(parts: Parts, scope: PauseScope, { target }: Raw): string {
  const { registry } = parts;
  if (scope === "all") {
    if (target === undefined || target === null || target === "") return "";
    throw invalid('With `scope` "all" there is no `target`. To pause less, say "app" or "function".');
  }
  if (typeof target !== "string" || target === "")
    throw invalid(`\`target\` must be the id or name of the ${scope} to pause.`);
  if (scope === "app") {
    const app = registry.appById(target) ?? registry.appByName(target);
    if (app !== null) return app.id;
    throw new EngineError("app_not_found", `There is no app "${target}". GET /v2/apps lists those that are.`);
  }
  return findFunction(registry, target).id;
}

function parseOneOf<T extends string>(raw: Raw, key: string, first: T, second: T): T {
  const value = raw[key] ?? first;
  if (value === first || value === second) return value as T;
  throw invalid(`\`${key}\` must be "${first}" or "${second}", got ${JSON.stringify(value)}.`);
}

/** Undefined: all functions. Those that are exempt from the pauses of others are left out. */
async function functionIdsOf(parts: Parts, scope: PauseScope, targetId: string): Promise<string[] | undefined> {
  if (scope === "function") return [targetId];
  const functions = await parts.store.listFunctions();
  const held = functions.filter(({ appId, flow }) => (scope === "all" || appId === targetId) && !flow.exemptFromPauses);
  return scope === "all" && held.length === functions.length ? undefined : held.map(({ id }) => id);
}

/** Cancels the runs that have begun, in batches, by an item that survives a restart. */
async function cancelBegun(parts: Parts, pause: PauseRecord): Promise<Pick<Transition, "bulkJob" | "puts">> {
  const functionIds = await functionIdsOf(parts, pause.scope, pause.targetId);
  const filter = { statuses: ["Running" as const], ...(functionIds === undefined ? {} : { functionIds }) };
  const reason = `paused by ${pause.author}: ${pause.reason}`;
  return beginBulkJob(parts, { kind: "cancel", filter, reason }, pause.at);
}

/**
 * From the moment that this resolves, nothing of what is paused is leased: a call that was on its way to its app just then
 * may still begin, and no other. `body` is
 * `{ scope: "all" | "app" | "function", target?, reason, author, arriving?: "hold" | "skip", running?: "finish" | "cancel" }`;
 * `target` is an id or a name. A pause of the same target is replaced.
 * @throws EngineError `invalid_request`, `app_not_found`, `unknown_function`
 */
export async function pause(parts: Parts, committer: Committer, body: unknown): Promise<PauseRecord> {
  const raw = toRaw(body, `A pause is an object such as ${example}.`);
  const scope = parseScope(raw);
  const record: PauseRecord = {
    scope,
    targetId: parseTargetId(parts, scope, raw),
    reason: parseText(raw, "reason"),
    author: parseText(raw, "author"),
    at: parts.clock.now(),
    arriving: parseOneOf(raw, "arriving", "hold", "skip"),
  };
  const running: RunningRule = parseOneOf(raw, "running", "finish", "cancel");
  const cancelled = running === "cancel" ? await cancelBegun(parts, record) : {};
  await committer.commit({ lease: null, pause: record, ...cancelled }, "new");
  return record;
}

/**
 * What was held goes on. `body` is `{ scope, target? }`, as for {@link pause}. False when there was no such pause: a function
 * whose app is paused is resumed with its app.
 * @throws EngineError what `pause` throws
 */
export async function resume(parts: Parts, committer: Committer, body: unknown): Promise<boolean> {
  const raw = toRaw(body, `A pause is an object such as ${example}.`);
  const scope = parseScope(raw);
  const targetId = parseTargetId(parts, scope, raw);
  const pauses = await parts.store.listPauses();
  if (!pauses.some((known) => known.scope === scope && known.targetId === targetId)) return false;
  await committer.commit({ lease: null, resume: { scope, targetId } }, "new");
  return true;
}
