/** Rules come to the same results and rows over SQLite's source as over rows in memory, and may be asked again at any time. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Claim, CommitResult } from "../../../server/src/domain/commit-result.ts";
import type { QueueItem } from "../../../server/src/domain/queue/queue-item.ts";
import type { Transition } from "../../../server/src/domain/transition.ts";
import { applyTransition } from "../../../server/src/rules/apply-transition.ts";
import { changesRegistry } from "../../../server/src/rules/changes.ts";
import { Miss, type Read, type Source } from "../../../server/src/rules/source.ts";
import { freeExpired, leaseDue, promoteDue } from "../../../server/src/rules/turns/lease-due.ts";
import { openWorkingSet, type WorkingSet } from "../../../server/src/rules/working-set.ts";
import { createWrites, type Writes } from "../../../server/src/store/sqlite/commit/commit.ts";
import { openCounts, readCounts, settleCounts } from "../../../server/src/store/sqlite/commit/counts.ts";
import { HotRuns } from "../../../server/src/store/sqlite/commit/hot-runs.ts";
import { memoryOf } from "../../../server/src/store/sqlite/commit/memory.ts";
import { createSources } from "../../../server/src/store/sqlite/commit/source.ts";
import { type Database, openDatabase } from "../../../server/src/store/sqlite/database.ts";
import { loadExecution } from "../../../server/src/store/sqlite/execution.ts";
import { migrate } from "../../../server/src/store/sqlite/migrate.ts";
import { getRun } from "../../../server/src/store/sqlite/tables/runs.ts";
import { listSteps } from "../../../server/src/store/sqlite/tables/steps.ts";
import { t0 } from "../../conformance/store-records.ts";
import { runs } from "../../helpers/runs.ts";
import { arraySource, emptyTables, type Tables } from "./array-source.ts";
import { applyChanges } from "./array-writer.ts";
import { fits, latestStart, type Move, move } from "./random-transitions.ts";

/** Knows at first nothing, then what it was told of: each question that is new to it is a miss. */
function forgetful(source: Source, known: Set<string>): Source {
  return new Proxy(source, {
    get: (inner, name: keyof Source) => (key: never) => {
      const text = `${name} ${JSON.stringify(key)}`;
      if (known.has(text)) return (inner[name] as (key: never) => unknown)(key);
      known.add(text);
      throw new Miss({ name, key } as Read);
    },
  });
}

/** Decides over rows in memory: at once, and again and again over a source that misses every question once. */
class ArrayStore {
  readonly tables: Tables = emptyTables();
  virtualTime = 0;
  registryVersion = 0;

  decide<T>(work: (set: WorkingSet) => T): T {
    const source = arraySource(this.tables);
    const set = openWorkingSet(source, this);
    const result = work(set);
    const known = new Set<string>();
    for (;;) {
      const again = openWorkingSet(forgetful(source, known), this);
      try {
        expect(work(again)).toEqual(result);
        expect(again.changes()).toEqual(set.changes());
        break;
      } catch (error) {
        if (!(error instanceof Miss)) throw error;
      }
    }
    applyChanges(this.tables, set.changes());
    this.virtualTime = set.virtualTime;
    if (changesRegistry(set.changes())) this.registryVersion += 1;
    return result;
  }

  commit(transition: Transition, claim: Claim | undefined): CommitResult {
    return this.decide((set) => applyTransition(set, transition, claim));
  }

  lease(request: Claim): QueueItem[] {
    this.decide((set) => freeExpired(set, request.now));
    this.decide((set) => promoteDue(set, request.now));
    return this.decide((set) => leaseDue(set, request));
  }
}

const rowsOf = (database: Database, sql: string): unknown[] => database.all(sql);
const sorted = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

const laneStates = ["idle", "in-line", "full", "throttled", "paused"];

/** The rows of both, as texts. */
function expectSameRows(database: Database, tables: Tables, now: number): void {
  const limits = tables.rateLimits.filter(({ expiresAt }) => expiresAt > now);
  const pairs: [sql: string, rows: readonly unknown[]][] = [
    [
      "SELECT id, status, step_count, pending_count, racing_count, state_bytes, metadata_bytes, singleton_key, started_at, ended_at, reason, request_version FROM runs",
      tables.runs.map((run) => ({
        ...{ id: run.id, status: run.status, step_count: run.stepCount, pending_count: run.pendingCount },
        ...{ racing_count: run.racingCount, state_bytes: run.stateBytes, metadata_bytes: run.metadataBytes },
        ...{ singleton_key: run.singletonKey, started_at: run.startedAt, ended_at: run.endedAt, reason: run.reason },
        request_version: run.requestVersion,
      })),
    ],
    [
      "SELECT run_id, id, status, position, sequence, memo, ended_at FROM steps",
      tables.steps.map((step) => ({
        ...{ run_id: step.runId, id: step.id, status: step.status, position: step.position },
        ...{ sequence: step.sequence, memo: step.memo, ended_at: step.endedAt },
      })),
    ],
    [
      "SELECT id, lane_id, ready, leased_until, fence, due_at, attempt, crashes FROM queue",
      tables.items.map(({ item, laneId, ready, leasedUntil, fence }) => ({
        ...{ id: item.id, lane_id: laneId, ready: ready ? 1 : 0, leased_until: leasedUntil, fence, due_at: item.dueAt },
        ...{ attempt: item.attempt, crashes: item.crashes },
      })),
    ],
    [
      "SELECT id, state, vtime, blocked_on, blocked_limit, not_before FROM lanes",
      tables.lanes.map((lane) => ({
        ...{ id: lane.id, state: laneStates.indexOf(lane.state), vtime: lane.vtime, blocked_on: lane.blockedOn },
        ...{ blocked_limit: lane.blockedLimit, not_before: lane.notBefore },
      })),
    ],
    ["SELECT key, used FROM slots", tables.slots],
    ["SELECT run_id AS runId, key FROM run_slots", tables.runSlots],
    ["SELECT key, tat FROM throttles", tables.throttles],
    // Those that say nothing any more are forgotten now and then.
    [`SELECT key, hits FROM rate_limits WHERE expires_at > ${now}`, limits.map(({ key, hits }) => ({ key, hits }))],
    [
      `SELECT key, number, at FROM rate_limit_hits JOIN rate_limits USING (key) WHERE expires_at > ${now}`,
      tables.rateLimitHits
        .filter(({ key }) => limits.some((limit) => limit.key === key))
        .map(({ key, number, at }) => ({ key, number, at })),
    ],
    ["SELECT id, number, name FROM waits", tables.waits.map(({ id, number, name }) => ({ id, number, name }))],
    [
      "SELECT key, event_id, due_at FROM debounces",
      tables.debounces.map(({ key, eventId, dueAt }) => ({ key, event_id: eventId, due_at: dueAt })),
    ],
    [
      "SELECT id, key, count, bytes FROM batches",
      tables.batches.map(({ id, key, count, bytes }) => ({ id, key, count, bytes })),
    ],
    ["SELECT event_id FROM batch_events", tables.batchEvents.map(({ eventId }) => ({ event_id: eventId }))],
    ["SELECT run_id FROM dead_letters", tables.deadLetters.map(({ runId }) => ({ run_id: runId }))],
    ["SELECT internal_id FROM events", tables.events.map(({ internalId }) => ({ internal_id: internalId }))],
    [
      "SELECT event_id, function_id, reason FROM refusals",
      tables.refusals.map(({ eventId, functionId, reason }) => ({
        event_id: eventId,
        function_id: functionId,
        reason,
      })),
    ],
    [
      "SELECT id, app_id, version, archived_at FROM functions",
      tables.functions.map(({ id, appId, version, archivedAt }) => ({
        id,
        app_id: appId,
        version,
        archived_at: archivedAt,
      })),
    ],
    [
      "SELECT id, status, cursor, matched, ended_at FROM bulk_jobs",
      tables.bulkJobs.map(({ id, status, cursor, matched, endedAt }) => ({
        id,
        status,
        cursor,
        matched,
        ended_at: endedAt,
      })),
    ],
    [
      "SELECT run_id, number, content FROM run_logs",
      tables.logs.map(({ runId, number, text }) => ({ run_id: runId, number, content: text })),
    ],
    [
      "SELECT id, log_lines, log_bytes, logs_left_out FROM runs",
      tables.runs.map(({ id, logLines, logBytes, logsLeftOut }) => ({
        ...{ id, log_lines: logLines, log_bytes: logBytes, logs_left_out: logsLeftOut },
      })),
    ],
    ["SELECT kind, content FROM run_metadata", tables.metadata.map(({ kind, values }) => ({ kind, content: values }))],
    [
      "SELECT scope, target_id FROM pauses",
      tables.pauses.map(({ scope, targetId }) => ({ scope, target_id: targetId })),
    ],
    [
      "SELECT function_id, control, entry, limit_value FROM limit_overrides",
      tables.limitOverrides.map(({ functionId, control, entry, limit }) => ({
        ...{ function_id: functionId, control, entry, limit_value: limit },
      })),
    ],
    ["SELECT id FROM schedules", tables.schedules.map(({ id }) => ({ id }))],
    ["SELECT id FROM apps", tables.apps.map(({ id }) => ({ id }))],
  ];
  for (const [sql, rows] of pairs) expect(sorted(rowsOf(database, sql)), sql).toEqual(sorted(rows));
}

/** What is gathered, to be taken as it stands. */
function takeOf({ debounces, batches }: Tables): Partial<Transition> {
  const [debounce] = debounces;
  const [batch] = batches;
  return {
    ...(debounce !== undefined && {
      debounceTake: { key: debounce.key, eventId: debounce.eventId, dueAt: debounce.dueAt },
    }),
    ...(batch !== undefined && { batchTake: { batchId: batch.id, count: batch.count } }),
  };
}

interface Asked {
  transition: Transition;
  claim: Claim | undefined;
  expected: CommitResult;
}

/** Commits of a group see what those before them have written, so they are written together at random. */
function createGroup(writes: Writes, most: number) {
  let asked: Asked[] = [];
  return {
    /** Whether a lease was given by one of the group: nobody shows it before that is written. */
    gave: (itemId: string): boolean =>
      asked.some(({ expected }) => expected.ok && expected.claimed.some(({ id }) => id === itemId)),
    add(commit: Asked): void {
      asked.push(commit);
      if (asked.length >= most) this.write();
    },
    write(): void {
      const results = writes.commit(asked, true);
      expect(results).toEqual(asked.map(({ expected }) => expected));
      asked = [];
    },
  };
}

/** What is kept of runs is what is stored. */
function expectKeptAsStored(database: Database, tables: Tables): void {
  const memory = memoryOf(database);
  const { hot } = memory;
  const source = createSources(database).sure;
  const read = () =>
    tables.runs.map(({ id }) => ({
      ...{ execution: loadExecution(database, id), record: getRun(database, id), row: source.run({ id }) },
      items: [...source.itemsOfRun({ runId: id })].sort((a, b) => (a.id < b.id ? -1 : 1)),
      steps: listSteps(database, id).map((step) => source.step(step)),
      held: tables.items.map(({ item }) => source.heldItem({ itemId: item.id, fence: item.fence })),
    }));
  const kept = read();
  memory.hot = new HotRuns();
  expect(kept).toEqual(read());
  memory.hot = hot;
}

function play(moves: readonly Move[], together: number): void {
  const database = openDatabase(":memory:");
  migrate(database);
  openCounts(database);
  const writes = createWrites(database);
  const store = new ArrayStore();
  const group = createGroup(writes, together);
  let now = t0;
  const claimOf = (limit: number): Claim => ({ now, leaseUntil: now + 1_500, limit });
  for (const step of moves) {
    if (step.kind === "tick") now += step.ms;
    if (step.kind === "lease") {
      group.write();
      expect(writes.lease(claimOf(step.limit))).toEqual(store.lease(claimOf(step.limit)));
      expectKeptAsStored(database, store.tables);
    }
    if (step.kind !== "commit") continue;
    const leased = store.tables.items.filter(({ leasedUntil }) => leasedUntil !== null);
    const held = step.lease === null ? undefined : leased[step.lease % Math.max(leased.length, 1)]?.item;
    if (!fits(held, step.transition)) continue;
    if (held !== undefined && group.gave(held.id)) group.write();
    const transition: Transition = {
      ...step.transition,
      ...(step.takesGathered && takeOf(store.tables)),
      ...(step.registry !== null && { registry: step.registry }),
      lease: held === undefined ? null : { itemId: held.id, fence: held.fence },
    };
    const claim = step.claim === null ? undefined : claimOf(step.claim);
    group.add({ transition, claim, expected: store.commit(transition, claim) });
  }
  group.write();
  expectSameRows(database, store.tables, Math.max(now, t0 + latestStart));
  expectKeptAsStored(database, store.tables);
  settleCounts(database);
  expect(readCounts(database), "counts").toEqual(openCounts(database));
  database.close();
}

test("random transitions leave the same rows in SQLite as in memory, alone and in groups, however often they are decided", () => {
  const moves = fc.array(move, { minLength: 1, maxLength: 30 });
  fc.assert(fc.property(moves, fc.integer({ min: 1, max: 4 }), play), { numRuns: runs(60) });
});
