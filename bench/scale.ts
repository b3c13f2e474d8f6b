/**
 * `npm run bench:scale`: whether cost stays flat. The same questions and the same work on an empty store and on one with many runs
 * that have ended, and how an engine opens with many that sleep. `-- 200000`: how many; default a million.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lowestUlid } from "../server/src/domain/ids.ts";
import { openState } from "../server/src/store/sqlite/open-state.ts";
import { openSqliteStore } from "../server/src/store/sqlite/open-store.ts";
import { readCommand } from "../test/helpers/command-options.ts";
import { quantile } from "./quantile.ts";
import { commitEvents, playRuns } from "./scale-runs.ts";

const help = `npm run bench:scale -- [runs]
  runs   how many have ended, and how many sleep (1000000)`;
const many = readCommand({ help, options: [], positional: "runs" }, (given) => given.whole("runs", 1_000_000));
const dayMs = 86_400_000;
const now = Date.now();

/** Rows as the engine would have written them: written set by set, since a million commits take long. */
function fill(directory: string, count: number, sql: readonly string[]): void {
  const database = openState({ directory, skipCheck: true, migrates: true });
  const first = lowestUlid(now - dayMs).slice(0, 16);
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  database.transaction(() => {
    for (const statement of sql) database.exec(statement.replace("$n", numbers).replaceAll("$first", first));
  });
  database.exec("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL");
  database.get("SELECT 1 FROM sqlite_schema");
  database.close();
}

const runColumns =
  "id, function_id, status, event_ids, queued_at, started_at, ended_at, output, request_version, force_plan, step_count, pending_count, state_bytes";
const runId = "'$first' || printf('%010d', i)";
const eventId = "'$first' || printf('E%09d', i)";

const endedRuns: readonly string[] = [
  `INSERT INTO events (internal_id, id, name, data, ts, received_at) $n SELECT ${eventId}, ${eventId}, 'scale/old', '{"n":1}', ${now - dayMs}, ${now - dayMs} FROM n`,
  `INSERT INTO runs (${runColumns}) $n SELECT ${runId}, 'function-' || (i % 10), CASE i % 50 WHEN 0 THEN 'Failed' ELSE 'Completed' END, json_array(${eventId}), ${now - dayMs}, ${now - dayMs}, ${now - dayMs}, '{"ok":true}', 2, 0, 2, 0, 20 FROM n`,
  `INSERT INTO run_events (event_id, run_id) $n SELECT ${eventId}, ${runId} FROM n`,
  `INSERT INTO steps (run_id, id, display_name, op, status, memo, position, sequence, attempts, queued_at, ended_at) $n SELECT ${runId}, 'a', 'a', 'StepRun', 'Completed', '{"data":1}', 1, 1, 1, ${now - dayMs}, ${now - dayMs} FROM n`,
];

const sleepingRuns: readonly string[] = [
  `INSERT INTO runs (${runColumns}) $n SELECT ${runId}, 'function-1', 'Running', '[]', ${now - dayMs}, ${now - dayMs}, NULL, NULL, 2, 0, 0, 1, 0 FROM n`,
  `INSERT INTO steps (run_id, id, display_name, op, status, sequence, attempts, queued_at, wakes_at) $n SELECT ${runId}, 'a', 'a', 'Sleep', 'Sleeping', 1, 0, ${now - dayMs}, ${now + dayMs} FROM n`,
  `INSERT INTO queue (id, kind, function_id, run_id, step_id, attempt, max_attempts, due_at, rank) $n SELECT ${runId} || ':a', 'wake', 'function-1', ${runId}, 'a', 0, 4, ${now + dayMs}, ${now} FROM n`,
];

async function time(count: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  return quantile(times, 0.5);
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Names of what is measured, with milliseconds, or runs a second where the name says so. */
async function measure(directory: string): Promise<Record<string, number>> {
  const begin = performance.now();
  const store = openSqliteStore({ directory });
  const found: Record<string, number> = { "open, ms": performance.now() - begin };
  const cpu = cpuMs();
  await playRuns(store, now, 2_000);
  found["CPU of a run of three steps, ms"] = (cpuMs() - cpu) / 2_000;
  const page = { limit: 50 };
  found["storage, ms"] = await time(20, () => store.storage());
  found["newest runs, ms"] = await time(20, () => store.listRuns(page));
  found["newest failed runs, ms"] = await time(20, () => store.listRuns({ ...page, statuses: ["Failed"] }));
  found["runs of a function, ms"] = await time(20, () => store.listRuns({ ...page, functionIds: ["function-3"] }));
  const lastHour = { field: "startedAt", from: now - 3_600_000 } as const;
  found["started in the last hour, ms"] = await time(5, () => store.listRuns({ ...page, time: lastHour }));
  const longAgo = { field: "startedAt", until: now - 7 * dayMs } as const;
  found["started a week ago (none), ms"] = await time(3, () => store.listRuns({ ...page, time: longAgo }));
  found["newest events, ms"] = await time(20, () => store.listEvents(page));
  found["events of a name, ms"] = await time(20, () => store.listEvents({ ...page, name: "scale/old" }));
  found["a batch of retention, ms"] = await time(5, () => store.sweep({ before: now - 1, limit: 100, cursor: null }));
  found["100 events, ms"] = await time(20, () => commitEvents(store, now));
  await store.close();
  return found;
}

async function withFolder<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-scale-"));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const empty = await withFolder(measure);
const full = await withFolder((directory) => {
  fill(directory, many, endedRuns);
  return measure(directory);
});
console.log(`An empty store, and one with ${many} runs that have ended (p50):\n`);
for (const [name, value] of Object.entries(full)) {
  const before = empty[name] ?? 0;
  console.log(
    `${name.padEnd(34)} ${before.toFixed(2).padStart(10)} ${value.toFixed(2).padStart(10)} ${(value / before).toFixed(1).padStart(8)}x`,
  );
}
await withFolder(async (directory) => {
  fill(directory, many, sleepingRuns);
  const before = process.memoryUsage().rss;
  const begin = performance.now();
  const store = openSqliteStore({ directory });
  const openMs = performance.now() - begin;
  const due = await time(5, () => store.lease({ now, leaseUntil: now + 30_000, limit: 100 }));
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  console.log(
    `\n${many} sleeping runs: open in ${openMs.toFixed(0)} ms, ${grown.toFixed(0)} MiB more resident, a look for what is due takes ${due.toFixed(2)} ms`,
  );
  await store.close();
});
