/** What runs that wait cost an event: with none waiting, and with a hundred thousand that it does not end. On a store on disk. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventRecord } from "../server/src/domain/event.ts";
import type { RunStart } from "../server/src/domain/transition.ts";
import { openSqliteStore } from "../server/src/store/sqlite/open-store.ts";
import { makeEvent, makeStart } from "../test/conformance/store-records.ts";
import { makeWait } from "../test/conformance/store-waits.ts";

const waiting = 100_000;
const perCommit = 1_000;
const batches = 100;
const perBatch = 100;

type Store = ReturnType<typeof openSqliteStore>;

function waitingRun(index: number): RunStart {
  const runId = `run-${index}`;
  const wait = makeWait(runId, "", {
    id: `${runId}:cancel:0`,
    kind: "cancel",
    stepId: null,
    path: "data.id",
    value: `${index}`,
  });
  return { ...makeStart(runId), waits: [{ wait }] };
}

async function addWaits(store: Store): Promise<void> {
  for (let from = 0; from < waiting; from += perCommit) {
    const starts = Array.from({ length: perCommit }, (_, i) => waitingRun(from + i));
    await store.commit({ lease: null, starts });
  }
}

/** Microseconds an event, in batches. */
async function ingestMicroseconds(store: Store, label: string): Promise<number> {
  const eventsOf = (batch: number): EventRecord[] =>
    Array.from({ length: perBatch }, (_, i) =>
      makeEvent(`${label}-${batch}-${i}`, { name: "test/go", data: `{"id":${-1 - batch * perBatch - i}}` }),
    );
  const before = performance.now();
  for (let batch = 0; batch < batches; batch++) await store.commit({ lease: null, events: eventsOf(batch) });
  return ((performance.now() - before) * 1000) / (batches * perBatch);
}

export async function printWaits(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-bench-waits-"));
  const store = openSqliteStore({ directory });
  try {
    const none = await ingestMicroseconds(store, "none");
    await addWaits(store);
    const many = await ingestMicroseconds(store, "many");
    process.stdout.write(
      `An event, in batches of ${perBatch}: ${none.toFixed(0)} µs when nothing waits, ${many.toFixed(0)} µs when ${waiting} runs wait for others of its name.\n`,
    );
  } finally {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
