/** Questions about what gathers and what waits. */
import type { BatchRow } from "../../../../rules/rows.ts";
import type { Row } from "../../wire/batch.ts";
import { firstOf, isThere, type Load, maybeText, number, text, texts } from "./load.ts";
import { counterOf, nameLock, signalLock } from "./wait-locks.ts";

export const debounce: Load<"debounce"> = {
  class: "none",
  keys: { key: "text" },
  keyOf: ({ key }) => ({ key }),
  sql: `SELECT k.i, t.key, t.function_id, t.event_id, t.event_ts, t.first_at, t.due_at, t.item_id, t.item_due_at
    FROM {keys} JOIN stepwell.debounces AS t ON t.ns = $1 AND t.key = k.key`,
  answer: firstOf((row) => ({
    key: text(row, "key"),
    functionId: text(row, "function_id"),
    eventId: text(row, "event_id"),
    eventTs: number(row, "event_ts"),
    firstAt: number(row, "first_at"),
    dueAt: number(row, "due_at"),
    itemId: text(row, "item_id"),
    itemDueAt: number(row, "item_due_at"),
  })),
  lock: ({ key }) => ({ key: `debounce:${key}`, mode: "exclusive" }),
};

function readBatch(row: Row): BatchRow {
  return {
    id: text(row, "id"),
    functionId: text(row, "function_id"),
    count: number(row, "count"),
    bytes: number(row, "bytes"),
  };
}

export const openBatch: Load<"openBatch"> = {
  class: "rows",
  keys: { key: "text" },
  keyOf: ({ key }) => ({ key }),
  sql: `SELECT k.i, t.id, t.function_id, t.count, t.bytes FROM {keys} JOIN stepwell.batches AS t
    ON t.ns = $1 AND t.key = k.key ORDER BY t.id FOR UPDATE OF t{wait}`,
  answer: firstOf(readBatch),
  lock: ({ key }) => ({ key: `batch:${key}`, mode: "exclusive" }),
};

export const batch: Load<"batch"> = {
  class: "rows",
  keys: { id: "text" },
  keyOf: ({ id }) => ({ id }),
  sql: `SELECT k.i, t.id, t.function_id, t.count, t.bytes FROM {keys} JOIN stepwell.batches AS t
    ON t.ns = $1 AND t.id = k.id ORDER BY t.id FOR UPDATE OF t{wait}`,
  answer: firstOf(readBatch),
};

export const wait: Load<"wait"> = {
  class: "rows",
  keys: { id: "text" },
  keyOf: ({ id }) => ({ id }),
  sql: `SELECT k.i, t.id, t.run_id, t.function_id, t.step_id FROM {keys} JOIN stepwell.waits AS t
    ON t.ns = $1 AND t.id = k.id ORDER BY t.id FOR UPDATE OF t{wait}`,
  answer: firstOf((row) => ({
    id: text(row, "id"),
    runId: text(row, "run_id"),
    functionId: text(row, "function_id"),
    stepId: maybeText(row, "step_id"),
  })),
};

export const signalWaits: Load<"signalWaits"> = {
  class: "rows",
  keys: { name: "text" },
  keyOf: ({ signal }) => ({ name: signal }),
  sql: `SELECT k.i, t.id FROM {keys} JOIN stepwell.waits AS t ON t.ns = $1 AND t.kind = 'signal' AND t.name = k.name
    ORDER BY t.number, t.id FOR UPDATE OF t{wait}`,
  answer: texts("id"),
  lock: ({ signal }) => signalLock(signal),
};

export const waitsOfRun: Load<"waitsOfRun"> = {
  class: "rows",
  keys: { run_id: "text" },
  keyOf: ({ runId }) => ({ run_id: runId }),
  sql: `SELECT k.i, t.id FROM {keys} JOIN stepwell.waits AS t ON t.ns = $1 AND t.run_id = k.run_id
    ORDER BY t.id FOR UPDATE OF t{wait}`,
  answer: texts("id"),
};

export const waitPaths: Load<"waitPaths"> = {
  class: "none",
  keys: { name: "text" },
  keyOf: ({ name }) => ({ name }),
  sql: `SELECT DISTINCT k.i, t.path FROM {keys} JOIN stepwell.waits AS t
    ON t.ns = $1 AND t.kind IN ('event', 'cancel') AND t.name = k.name`,
  answer: texts("path"),
  lock: ({ name }) => nameLock(name, "share"),
};

export const isWaited: Load<"isWaited"> = {
  class: "none",
  keys: { name: "text", path: "text", value: "text" },
  keyOf: ({ name, path, value }) => ({ name, path, value }),
  sql: `SELECT k.i FROM {keys} WHERE EXISTS (SELECT 1 FROM stepwell.waits AS t WHERE t.ns = $1
    AND t.kind IN ('event', 'cancel') AND t.name = k.name AND t.path = k.path AND t.value = k.value)`,
  answer: isThere,
  lock: ({ name }) => nameLock(name, "share"),
};

/** Waits for the end of a run are never looked up by number. */
export const waitCounter: Load<"waitCounter"> = {
  class: "none",
  keys: { counter: "text" },
  keyOf: (key) => ({ counter: counterOf(key) }),
  sql: "SELECT k.i, t.last_number FROM {keys} JOIN stepwell.locks AS t ON t.ns = $1 AND t.key = k.counter",
  answer: (rows, key) => ({
    counter: counterOf(key),
    last: rows[0] === undefined ? 0 : number(rows[0], "last_number"),
  }),
  lock: ({ kind, name }) => {
    if (kind === "invoke") return null;
    return kind === "signal" ? signalLock(name) : nameLock(name, "exclusive");
  },
};
