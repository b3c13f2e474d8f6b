/**
 * Writes what a working set has changed: a few statements a table, however many rows there are. Called by commit.ts, inside its
 * transaction. Must never decide anything.
 */
import { type Changes, changesRegistry, type PutChanges, type TableChanges } from "../../../rules/changes.ts";
import { appTable, functionTable } from "../tables/apps.ts";
import { bulkJobTable } from "../tables/bulk-jobs.ts";
import { deadLetterTable } from "../tables/dead-letters.ts";
import { eventTable } from "../tables/events.ts";
import { batchEventTable, batchTable, debounceTable } from "../tables/gathered.ts";
import {
  laneTable,
  rateLimitHitTable,
  rateLimitTable,
  runSlotTable,
  slotTable,
  throttleTable,
} from "../tables/lanes.ts";
import { limitOverrideTable } from "../tables/limit-overrides.ts";
import { pauseTable } from "../tables/pauses.ts";
import { queueTable, toQueueColumns, toQueueFields } from "../tables/queue.ts";
import { refusalTable } from "../tables/refusals.ts";
import { logTable } from "../tables/run-logs.ts";
import { metadataTable } from "../tables/run-metadata.ts";
import { runEventTable, runTable, toRunColumns } from "../tables/runs.ts";
import { scheduleTable, toScheduleColumns } from "../tables/schedules.ts";
import { attemptTable, stepTable } from "../tables/steps.ts";
import { deleteRows, insertRows, putRows, recordset, type Table, toJson, updateRows } from "../tables/table.ts";
import { waitTable } from "../tables/waits.ts";
import type { Statement } from "../wire/batch.ts";

type Written = (Statement | null)[];

function keyOf<Row extends object>({ key: [field] }: Table<Row>, id: string): Partial<Row> {
  return { [String(field)]: id } as Partial<Row>;
}

/** A table whose rows have one text as their key. */
function ofId<Row extends object, Fields>(
  table: Table<Row>,
  ns: string,
  { removed, changed, added }: TableChanges<string, NoInfer<Row>, Fields>,
  toFields: (fields: Partial<Fields>) => Partial<NoInfer<Row>>,
): Written {
  const changes = changed.map((change) => ({ key: keyOf(table, change.key), fields: toFields(change.fields) }));
  return [
    deleteRows(
      table,
      ns,
      removed.map((id) => keyOf(table, id)),
    ),
    ...updateRows(table, ns, changes),
    insertRows(table, ns, added),
  ];
}

/** A table whose rows have one text as their key and are written whole. */
function ofIdWhole<Row extends object>(
  table: Table<Row>,
  ns: string,
  { removed, put }: PutChanges<string, NoInfer<Row>>,
): Written {
  return [
    deleteRows(
      table,
      ns,
      removed.map((id) => keyOf(table, id)),
    ),
    putRows(table, ns, put),
  ];
}

const nothing = (): Record<string, never> => ({});
const same = <Fields>(fields: Fields): Fields => fields;

function writeRuns(ns: string, { runs, runSlots, deadLetters }: Changes): Written {
  const named = runs.added.flatMap(({ id, eventIds }) =>
    [...new Set(eventIds)].map((eventId) => ({ eventId, runId: id })),
  );
  const changed = runs.changed.map(({ key, fields }) => ({ key: { id: key }, fields }));
  return [
    ...updateRows(runTable, ns, changed),
    insertRows(runTable, ns, runs.added.map(toRunColumns)),
    insertRows(runEventTable, ns, named),
    deleteRows(runSlotTable, ns, runSlots.removed),
    insertRows(runSlotTable, ns, runSlots.added),
    ...ofId(deadLetterTable, ns, deadLetters, nothing),
  ];
}

function writeItems(ns: string, { items, lanes, slots, throttles }: Changes): Written {
  const { removed, changed, added } = items;
  const stored = {
    removed,
    changed: changed.map(({ key, fields }) => ({ key, fields: toQueueFields(fields) })),
    added: added.map(toQueueColumns),
  };
  return [
    ...ofId(queueTable, ns, stored, same),
    ...ofId(laneTable, ns, lanes, same),
    // The row of a slot or throttle stays when nothing is taken: it is the row that commits lock.
    putRows(slotTable, ns, [...slots.removed.map((key) => ({ key, used: 0 })), ...slots.put]),
    putRows(throttleTable, ns, [...throttles.removed.map((key) => ({ key, tat: 0 })), ...throttles.put]),
  ];
}

function writeLimits(ns: string, { rateLimits, rateLimitHits, forgottenHits }: Changes): Written {
  const hitsOf = rateLimits.removed.map((key) => ({ key, upTo: Number.MAX_SAFE_INTEGER }));
  const forgotten = [...hitsOf, ...forgottenHits];
  return [
    ...ofIdWhole(rateLimitTable, ns, rateLimits),
    putRows(rateLimitHitTable, ns, rateLimitHits),
    forgotten.length === 0
      ? null
      : {
          text: `DELETE FROM stepwell.rate_limit_hits AS t USING ${recordset([
            { name: "key", type: "text" },
            { name: "upTo", type: "bigint" },
          ])} WHERE t.ns = $1 AND t.key = r.key AND t.number <= r."upTo"`,
          values: [ns, toJson(forgotten)],
        },
  ];
}

function writeGathered(ns: string, { debounces, batches, batchEvents }: Changes): Written {
  return [
    ...ofIdWhole(debounceTable, ns, debounces),
    batches.removed.length === 0
      ? null
      : {
          text: "DELETE FROM stepwell.batch_events WHERE ns = $1 AND batch_id = ANY($2::text[])",
          values: [ns, batches.removed],
        },
    ...ofId(batchTable, ns, batches, same),
    insertRows(batchEventTable, ns, batchEvents),
  ];
}

function writeWaits(ns: string, { waits, waitCounters }: Changes): Written {
  // Waits for the end of a run have numbers that nobody counts on.
  const counted = waitCounters.filter(({ counter }) => !counter.startsWith("invoke:"));
  return [
    ...ofId(waitTable, ns, waits, same),
    counted.length === 0
      ? null
      : {
          text: `UPDATE stepwell.locks AS t SET last_number = r.last FROM ${recordset([
            { name: "counter", type: "text" },
            { name: "last", type: "bigint" },
          ])} WHERE t.ns = $1 AND t.key = r.counter`,
          values: [ns, toJson(counted)],
        },
  ];
}

function writeApps(ns: string, changes: Changes): Written {
  const { apps, functions, pauses, limitOverrides, schedules, bulkJobs } = changes;
  return [
    ...ofIdWhole(appTable, ns, apps),
    ...ofId(functionTable, ns, functions, same),
    deleteRows(pauseTable, ns, pauses.removed),
    putRows(pauseTable, ns, pauses.put),
    deleteRows(limitOverrideTable, ns, limitOverrides.removed),
    putRows(limitOverrideTable, ns, limitOverrides.put),
    ...ofIdWhole(scheduleTable, ns, { removed: schedules.removed, put: schedules.put.map(toScheduleColumns) }),
    ...ofId(bulkJobTable, ns, bulkJobs, same),
  ];
}

/** Versions that tell other nodes that what they remember is old. */
function writeVersions(ns: string, changes: Changes): Written {
  const { pauses } = changes;
  const registry = changesRegistry(changes);
  const paused = pauses.put.length + pauses.removed.length > 0;
  if (!registry && !paused) return [];
  return [
    {
      text: `UPDATE stepwell.control SET registry_version = registry_version + $2::bigint,
        pauses_version = pauses_version + $3::bigint WHERE ns = $1`,
      values: [ns, registry ? 1 : 0, paused ? 1 : 0],
    },
  ];
}

/** In the order in which they are to be run. */
export function writeStatements(ns: string, changes: Changes): Statement[] {
  const { events, refusals, attempts, steps, metadata, logs } = changes;
  const written: Written = [
    insertRows(eventTable, ns, events),
    insertRows(refusalTable, ns, refusals),
    ...writeRuns(ns, changes),
    ...updateRows(stepTable, ns, steps.changed),
    insertRows(stepTable, ns, steps.added),
    insertRows(attemptTable, ns, attempts),
    putRows(metadataTable, ns, metadata.put),
    insertRows(logTable, ns, logs),
    ...writeItems(ns, changes),
    ...writeLimits(ns, changes),
    ...writeGathered(ns, changes),
    ...writeWaits(ns, changes),
    ...writeApps(ns, changes),
    ...writeVersions(ns, changes),
  ];
  return written.filter((statement) => statement !== null);
}
