/** Questions about runs and what belongs to them, and about events. */
import type { RunRow } from "../../../../rules/rows.ts";
import { repeatWindowMs } from "../../../../rules/set/event-set.ts";
import { ofAllAttempts, ofRun } from "../../../records/run-metadata.ts";
import type { Row } from "../../wire/batch.ts";
import { firstOf, isThere, type Load, maybeNumber, maybeText, number, text, texts } from "./load.ts";
import { nameLock } from "./wait-locks.ts";

const runById = "{keys} JOIN stepwell.runs AS t ON t.ns = $1 AND t.id = k.id";
const inOrder = "ORDER BY t.id FOR NO KEY UPDATE OF t{wait}";
const oneRun = { class: "runs", keys: { id: "text" } } as const;

export const run: Load<"run"> = {
  ...oneRun,
  keyOf: ({ id }) => ({ id }),
  sql: `SELECT k.i, t.id, t.version, t.function_id, t.status, t.queued_at, t.started_at, t.step_count, t.pending_count, t.racing_count, t.state_bytes,
    t.original_run_id FROM ${runById} ${inOrder}`,
  answer: firstOf(
    (row: Row): RunRow => ({
      id: text(row, "id"),
      version: number(row, "version"),
      functionId: text(row, "function_id"),
      status: text(row, "status") as RunRow["status"],
      queuedAt: number(row, "queued_at"),
      startedAt: maybeNumber(row, "started_at"),
      stepCount: number(row, "step_count"),
      pendingCount: number(row, "pending_count"),
      racingCount: number(row, "racing_count"),
      stateBytes: number(row, "state_bytes"),
      originalRunId: maybeText(row, "original_run_id"),
    }),
  ),
};

export const metadataBytes: Load<"metadataBytes"> = {
  ...oneRun,
  keyOf: ({ runId }) => ({ id: runId }),
  sql: `SELECT k.i, t.metadata_bytes FROM ${runById} ${inOrder}`,
  answer: firstOf((row) => number(row, "metadata_bytes")),
};

export const logTotals: Load<"logTotals"> = {
  ...oneRun,
  keyOf: ({ runId }) => ({ id: runId }),
  sql: `SELECT k.i, t.log_lines, t.log_bytes, t.logs_left_out FROM ${runById} ${inOrder}`,
  answer: firstOf((row) => ({
    lines: number(row, "log_lines"),
    bytes: number(row, "log_bytes"),
    leftOut: number(row, "logs_left_out"),
  })),
};

export const hasRun: Load<"hasRun"> = {
  ...oneRun,
  class: "none",
  keyOf: ({ id }) => ({ id }),
  sql: `SELECT k.i FROM ${runById}`,
  answer: isThere,
};

export const isKeyUsed: Load<"isKeyUsed"> = {
  class: "none",
  keys: { key: "text", after: "bigint", before: "bigint" },
  keyOf: ({ key, after, before }) => ({ key, after, before }),
  sql: `SELECT k.i FROM {keys} WHERE EXISTS (SELECT 1 FROM stepwell.runs AS t
    WHERE t.ns = $1 AND t.idempotency_key = k.key AND t.queued_at > k.after AND t.queued_at < k.before)`,
  answer: isThere,
  lock: ({ key }) => ({ key: `idempotency:${key}`, mode: "exclusive" }),
};

/** Locked, although the key is: a run may end in a commit that does not know of its key. */
export const singletonHolder: Load<"singletonHolder"> = {
  class: "runs",
  keys: { key: "text" },
  keyOf: ({ key }) => ({ key }),
  sql: `SELECT k.i, t.id, t.function_id FROM {keys} JOIN stepwell.runs AS t
    ON t.ns = $1 AND t.singleton_key = k.key AND t.singleton_key IS NOT NULL AND t.ended_at IS NULL ${inOrder}`,
  answer: firstOf((row) => ({ id: text(row, "id"), functionId: text(row, "function_id") })),
  lock: ({ key }) => ({ key: `singleton:${key}`, mode: "exclusive" }),
};

export const repeatedRuns: Load<"repeatedRuns"> = {
  class: "none",
  keys: { run_id: "text" },
  keyOf: ({ runId }) => ({ run_id: runId }),
  sql: `WITH RECURSIVE repeated(i, id) AS (
      SELECT k.i, t.original_run_id FROM {keys} JOIN stepwell.runs AS t ON t.ns = $1 AND t.id = k.run_id
        WHERE t.original_run_id IS NOT NULL
      UNION SELECT repeated.i, t.original_run_id FROM repeated JOIN stepwell.runs AS t
        ON t.ns = $1 AND t.id = repeated.id WHERE t.original_run_id IS NOT NULL
    ) SELECT i, id FROM repeated`,
  answer: texts("id"),
};

export const deadLetter: Load<"deadLetter"> = {
  class: "rows",
  keys: { run_id: "text" },
  keyOf: ({ runId }) => ({ run_id: runId }),
  sql: `SELECT k.i FROM {keys} JOIN stepwell.dead_letters AS t ON t.ns = $1 AND t.run_id = k.run_id
    ORDER BY t.run_id FOR UPDATE OF t{wait}`,
  answer: isThere,
};

const oneStep = {
  class: "none",
  keys: { run_id: "text", id: "text" },
  keyOf: ({ runId, id }: { runId: string; id: string }) => ({ run_id: runId, id }),
} as const;
const stepById = "{keys} JOIN stepwell.steps AS t ON t.ns = $1 AND t.run_id = k.run_id AND t.id = k.id";

/** Steps change under the lock of their run. */
export const hasStep: Load<"hasStep"> = { ...oneStep, sql: `SELECT k.i FROM ${stepById}`, answer: isThere };

export const step: Load<"step"> = {
  ...oneStep,
  sql: `SELECT k.i, t.ended_at IS NOT NULL OR t.position IS NOT NULL AS ended, t.race FROM ${stepById}`,
  answer: firstOf((row) => ({ isEnded: row["ended"] === true, race: row["race"] === true })),
};

export const pendingSteps: Load<"pendingSteps"> = {
  class: "none",
  keys: { run_id: "text" },
  keyOf: ({ runId }) => ({ run_id: runId }),
  sql: `SELECT k.i, t.id FROM {keys} JOIN stepwell.steps AS t
    ON t.ns = $1 AND t.run_id = k.run_id AND t.position IS NULL ORDER BY t.sequence`,
  answer: texts("id"),
};

export const metadata: Load<"metadata"> = {
  class: "none",
  keys: { run_id: "text", step_id: "text", attempt: "integer", kind: "text" },
  keyOf: ({ runId, stepId, attempt, kind }) => ({
    run_id: runId,
    step_id: stepId ?? ofRun,
    attempt: attempt ?? ofAllAttempts,
    kind,
  }),
  sql: `SELECT k.i, t.content FROM {keys} JOIN stepwell.run_metadata AS t ON t.ns = $1 AND t.run_id = k.run_id
    AND t.step_id = k.step_id AND t.attempt = k.attempt AND t.kind = k.kind`,
  answer: firstOf((row) => text(row, "content")),
};

export const hasEvent: Load<"hasEvent"> = {
  class: "none",
  keys: { id: "text" },
  keyOf: ({ internalId }) => ({ id: internalId }),
  sql: "SELECT k.i FROM {keys} JOIN stepwell.events AS t ON t.ns = $1 AND t.internal_id = k.id",
  answer: isThere,
};

export const isRepeated: Load<"isRepeated"> = {
  class: "none",
  keys: { id: "text", internal_id: "text", name: "text", after: "bigint" },
  keyOf: ({ id, internalId, name, after }) => ({ id, internal_id: internalId, name, after }),
  sql: `SELECT k.i FROM {keys} WHERE EXISTS (SELECT 1 FROM stepwell.events AS t WHERE t.ns = $1 AND t.id = k.id
    AND t.id <> t.internal_id AND t.received_at > k.after AND t.internal_id <> k.internal_id AND t.name = k.name)`,
  answer: isThere,
  lock: ({ id, name }) => ({ key: `event:${name}:${id}`, mode: "exclusive" }),
};

/** Of two events with one id that came at the same time, the lower internal id came first. */
export const eventsSince: Load<"eventsSince"> = {
  class: "none",
  keys: { name: "text", since: "bigint" },
  keyOf: ({ name, since }) => ({ name, since }),
  sql: `SELECT k.i, t.internal_id AS id FROM {keys} JOIN stepwell.events AS t
    ON t.ns = $1 AND t.name = k.name AND t.received_at >= k.since
    WHERE NOT (t.id <> t.internal_id AND EXISTS (SELECT 1 FROM stepwell.events AS b WHERE b.ns = $1 AND b.id = t.id
      AND b.id <> b.internal_id AND b.received_at > t.received_at - ${repeatWindowMs} AND b.name = t.name
      AND (b.received_at, b.internal_id) < (t.received_at, t.internal_id)))
    ORDER BY t.received_at, t.internal_id`,
  answer: texts("id"),
  lock: ({ name }) => nameLock(name, "exclusive"),
};

export const hasRefusal: Load<"hasRefusal"> = {
  class: "none",
  keys: { event_id: "text", function_id: "text" },
  keyOf: ({ eventId, functionId }) => ({ event_id: eventId, function_id: functionId }),
  sql: `SELECT k.i FROM {keys} JOIN stepwell.refusals AS t
    ON t.ns = $1 AND t.event_id = k.event_id AND t.function_id = k.function_id`,
  answer: isThere,
};
