/** Writes what a working set has changed into rows in memory. Says so when a row is added whose key is there. */
import type { Changed, Changes } from "../../../server/src/rules/changes.ts";
import type { ArrayItem, Tables } from "./array-source.ts";

interface Parts<Key, Row, Fields> {
  removed: readonly Key[];
  changed?: readonly Changed<Key, Fields>[];
  added?: readonly Row[];
  put?: readonly Row[];
}

/** In place: what is gone, what has changed, what is new. */
function write<Row, Key, Fields>(
  rows: Row[],
  { removed, changed = [], added = [], put = [] }: Parts<Key, Row, Fields>,
  keyOf: (row: Row) => Key,
): void {
  const text = (key: Key): string => JSON.stringify(key);
  const drop = (keys: readonly Key[]): void => {
    const gone = new Set(keys.map(text));
    rows.splice(0, rows.length, ...rows.filter((row) => !gone.has(text(keyOf(row)))));
  };
  drop(removed);
  for (const { key, fields } of changed) {
    const index = rows.findIndex((row) => text(keyOf(row)) === text(key));
    const row = rows[index];
    if (row === undefined) throw new Error(`there is no row ${text(key)} to change`);
    rows[index] = { ...row, ...fields };
  }
  for (const row of added) {
    if (rows.some((known) => text(keyOf(known)) === text(keyOf(row))))
      throw new Error(`there is a row ${text(keyOf(row))} already`);
    rows.push(row);
  }
  drop(put.map(keyOf));
  rows.push(...put);
}

const byId = <Id>({ id }: { id: Id }): Id => id;
const byKey = <Key>({ key }: { key: Key }): Key => key;

function writeItems(items: ArrayItem[], { removed, changed, added }: Changes["items"]): void {
  const gone = new Set(removed);
  items.splice(0, items.length, ...items.filter(({ item }) => !gone.has(item.id)));
  for (const { key, fields } of changed) {
    const index = items.findIndex(({ item }) => item.id === key);
    const row = items[index];
    if (row === undefined) throw new Error(`there is no item ${key} to change`);
    const { ready = row.ready, leasedUntil = row.leasedUntil, tick, ...rest } = fields;
    const item = { ...row.item, ...rest, ...(tick !== undefined && { payload: tick }) } as ArrayItem["item"];
    items[index] = { item, ready, leasedUntil, laneId: item.laneId, fence: item.fence };
  }
  for (const { put, laneId, ready, leasedUntil, fence } of added) {
    if (items.some(({ item }) => item.id === put.id)) throw new Error(`there is an item ${put.id} already`);
    const { lane: _lane, ...fields } = put;
    const item = { ...fields, laneId, fence, crashes: 0, suspicion: 0, unreachable: null };
    items.push({ item, laneId, ready, leasedUntil, fence });
  }
}

export function applyChanges(tables: Tables, changes: Changes): void {
  tables.events.push(...changes.events);
  tables.refusals.push(...changes.refusals);
  tables.attempts.push(...changes.attempts);
  tables.logs.push(...changes.logs);
  write(tables.runs, changes.runs, byId);
  write(tables.steps, changes.steps, ({ runId, id }) => ({ runId, id }));
  writeItems(tables.items, changes.items);
  write(tables.lanes, changes.lanes, byId);
  write(tables.runSlots, changes.runSlots, ({ runId, key }) => ({ runId, key }));
  write(tables.slots, changes.slots, byKey);
  tables.slots.splice(0, tables.slots.length, ...tables.slots.filter(({ used }) => used > 0));
  write(tables.throttles, changes.throttles, byKey);
  writeLimits(tables, changes);
  write(tables.debounces, changes.debounces, byKey);
  tables.batchEvents = tables.batchEvents.filter(({ batchId }) => !changes.batches.removed.includes(batchId));
  write(tables.batches, changes.batches, byId);
  tables.batchEvents.push(...changes.batchEvents);
  write(tables.waits, changes.waits, byId);
  write(tables.waitCounters, { removed: [], put: changes.waitCounters }, ({ counter }) => counter);
  write(tables.deadLetters, changes.deadLetters, ({ runId }) => runId);
  write(tables.metadata, changes.metadata, ({ values: _values, ...key }) => key as never);
  write(tables.apps, changes.apps, byId);
  write(tables.functions, changes.functions, byId);
  write(tables.pauses, changes.pauses, ({ scope, targetId }) => ({ scope, targetId }));
  write(tables.limitOverrides, changes.limitOverrides, ({ functionId, control, entry }) => ({
    ...{ functionId, control, entry },
  }));
  write(tables.schedules, changes.schedules, byId);
  write(tables.bulkJobs, changes.bulkJobs, byId);
}

function writeLimits(tables: Tables, { rateLimits, rateLimitHits, forgottenHits }: Changes): void {
  tables.rateLimitHits = tables.rateLimitHits.filter(({ key }) => !rateLimits.removed.includes(key));
  write(tables.rateLimits, rateLimits, byKey);
  write(tables.rateLimitHits, { removed: [], put: rateLimitHits }, ({ key, number }) => ({ key, number }));
  tables.rateLimitHits = tables.rateLimitHits.filter(
    ({ key, number }) => !forgottenHits.some((row) => row.key === key && number <= row.upTo),
  );
}
