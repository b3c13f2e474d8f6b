/**
 * Dead letters: runs that failed for good, waiting for somebody to retry or drop them. They come to be in the store, in the
 * commit that ends a run.
 */
import { EngineError } from "../../domain/error.ts";
import type { EventRecord } from "../../domain/event.ts";
import { parseEvents } from "../ingest/ingest.ts";
import type { Parts } from "../parts/parts.ts";
import { assertKnownFields } from "../wire/known-fields.ts";
import type { Committer } from "../work/committer.ts";
import { repeatRun } from "./rerun.ts";

function missing(runId: string): EngineError {
  return new EngineError(
    "dead_letter_not_found",
    `There is no dead letter of run ${runId}: it has not failed, or somebody has retried or dropped it.`,
  );
}

/** JSON text of edited data; null when there is none. @throws EngineError `invalid_request`, `invalid_event`, `event_too_large` */
function parseData(parts: Parts, body: unknown, now: number): string | null {
  const raw = (typeof body === "object" && body !== null ? body : {}) as { data?: unknown };
  assertKnownFields(raw, ["data"]);
  const { data } = raw;
  if (data === undefined) return null;
  const [event] = parseEvents(parts, { body: { name: "edited", data }, seed: null }, now);
  return (event as EventRecord).data;
}

/**
 * Starts the run again, with its event or with `{ data }` in its place.
 * @throws EngineError `dead_letter_not_found`, `unknown_function`, `invalid_request`, `invalid_event`
 */
export async function retryDeadLetter(
  parts: Parts,
  committer: Committer,
  runId: string,
  body: unknown,
): Promise<{ runId: string }> {
  const now = parts.clock.now();
  const data = parseData(parts, body, now);
  const letter = await parts.store.getDeadLetter(runId);
  const execution = letter === null ? null : await parts.store.loadExecution(runId);
  if (execution === null) throw missing(runId);
  const repeat = repeatRun(parts, execution, { data, stepInputs: null }, now);
  const starts = repeat.starts.map((start) => ({ ...start, deadLetter: runId }));
  const started = starts[0]?.run.id ?? "";
  const result = await committer.commit({ lease: null, ...repeat, starts }, "new");
  if (!result.ok || ![...result.startedRuns, ...result.skippedRuns].includes(started)) throw missing(runId);
  return { runId: started };
}

/** @throws EngineError `dead_letter_not_found` */
export async function dropDeadLetter(parts: Parts, committer: Committer, runId: string): Promise<void> {
  if ((await parts.store.getDeadLetter(runId)) === null) throw missing(runId);
  await committer.commit({ lease: null, dropDeadLetters: [runId] }, "new");
}
