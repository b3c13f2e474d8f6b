/** Starts one function by its id, with an event that only it receives. */
import { internalEvents } from "stepwell/protocol";
import { EngineError } from "../../domain/error.ts";
import type { EventRecord } from "../../domain/event.ts";
import type { Parts } from "../parts/parts.ts";
import { startRun } from "../start/start-run.ts";
import { readUser } from "../wire/event-meta.ts";
import type { Committer } from "../work/committer.ts";
import { parseEvents } from "./ingest.ts";

export interface InvokeRequest {
  /** `<app>-<function>`. */
  slug: string;
  /** A parsed body: `{ data?, meta?, user?, v? }`. */
  body: unknown;
  /** Two invocations with the same one within 24 hours start one run. Default: none. */
  idempotencyKey?: string;
}

export interface InvokeResult {
  eventId: string;
  runId: string;
  /** `repeated`: the key was used within 24 hours, and `runId` is the run that it started then. */
  outcome: "started" | "skipped" | "repeated";
}

function eventOf(parts: Parts, request: InvokeRequest, now: number): EventRecord {
  const raw =
    typeof request.body === "object" && request.body !== null ? (request.body as Record<string, unknown>) : {};
  const { data: given, meta, v } = raw;
  const [checked] = parseEvents(parts, { body: { name: "invoke", data: given, meta, v }, seed: null }, now);
  if (checked === undefined) throw new EngineError("invalid_event", "An invocation takes a JSON object: { data }.");
  const data = JSON.stringify({ ...JSON.parse(checked.data), _inngest: { fn_id: request.slug } });
  return { ...checked, name: internalEvents.functionInvoked, data, user: readUser(raw.user) };
}

export async function invoke(parts: Parts, committer: Committer, request: InvokeRequest): Promise<InvokeResult> {
  let fn = parts.registry.functionBySlug(request.slug);
  if (fn === null) {
    await parts.registry.load();
    fn = parts.registry.functionBySlug(request.slug);
  }
  if (fn === null) {
    const served = parts.registry.functions().map(({ slug }) => slug);
    const hint = served.length === 0 ? "No app is synced yet." : `Functions here: ${served.slice(0, 20).join(", ")}.`;
    throw new EngineError("unknown_function", `There is no function "${request.slug}". ${hint}`);
  }
  const now = parts.clock.now();
  const event = eventOf(parts, request, now);
  const idempotencyKey = request.idempotencyKey === undefined ? null : `${fn.id}:invoke:${request.idempotencyKey}`;
  const start = startRun(parts, fn, event, { now, cron: null, idempotencyKey });
  const { id: runId } = start.run;
  const eventId = event.internalId;
  const result = await committer.commit({ lease: null, events: [event], starts: [start] }, "new", () => {
    parts.notifier.notify({ kind: "event-received", at: now, eventId: event.internalId, name: event.name, runs: 1 });
  });
  if (result.ok && result.startedRuns.includes(runId)) return { eventId, runId, outcome: "started" };
  if (result.ok && result.skippedRuns.includes(runId)) return { eventId, runId, outcome: "skipped" };
  const before = idempotencyKey === null ? null : await parts.store.findRunByKey(idempotencyKey);
  if (before !== null) return { eventId: before.eventIds[0] ?? eventId, runId: before.id, outcome: "repeated" };
  const reason = (result.ok ? result.refusals[0]?.reason : undefined) ?? "it was refused";
  throw new EngineError("start_refused", `Function "${request.slug}" was not started: ${reason}. Try again later.`, {
    retryable: true,
  });
}
