/**
 * A fail-over under load: the primary is killed and its synchronous standby promoted. Both are started here, from npm's binaries
 * (test/helpers/postgres-server.ts), with fsync. What was acknowledged is there, once.
 */
import { expect, onTestFinished, test } from "vitest";
import { openPostgresStore } from "../../server/src/store/postgres/open-store.ts";
import { createDriver } from "../../server/src/store/postgres/wire/driver.ts";
import { makeEvent, makeStart, write } from "../conformance/store-records.ts";
import { startReplicated } from "../helpers/postgres-server.ts";

test("what was acknowledged before and during a fail-over is there, once", async () => {
  const { primary, standby } = await startReplicated();
  onTestFinished(() => standby.stop());
  const uris = [primary.uri, standby.uri];
  const stores = [1, 2].map(() => openPostgresStore({ uris, connections: 4, patienceMs: 60_000 }));
  onTestFinished(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await primary.stop();
  });
  const acknowledged: string[] = [];
  let failedOver = false;
  let enough = false;
  const writers = stores.flatMap((store, place) =>
    [0, 1, 2].map(async (writer) => {
      for (let n = 0; !enough; n++) {
        const id = `E-${place}-${writer}-${n}`;
        const starts = [makeStart(`R-${id}`, { eventIds: [id], idempotencyKey: id })];
        const result = await store.commit(write({ events: [makeEvent(id)], starts }));
        expect(result).toMatchObject({ ok: true, startedRuns: [`R-${id}`] });
        acknowledged.push(id);
        if (acknowledged.length >= 120 && !failedOver) {
          failedOver = true;
          await primary.kill();
          const promoter = await createDriver([standby.uri], "test").connect();
          await promoter.send([{ text: "SELECT pg_promote()", values: [] }]);
          await promoter.close();
        }
        enough = failedOver && acknowledged.length >= 240;
      }
    }),
  );
  await Promise.all(writers);
  const [store] = stores;
  const there = await store?.getEvents(acknowledged);
  expect(there).toHaveLength(acknowledged.length);
  const runs = await store?.listRuns({ limit: 1_000 });
  expect(new Set(runs?.map(({ id }) => id)).size).toBe(acknowledged.length);
  expect(runs).toHaveLength(acknowledged.length);
});
