/**
 * A singleton whose open run ends while the next one starts. Found by chaos: the start rested on a run that was open when it looked
 * and had completed when it wrote, so a completed run was announced as cancelled, and its end was told twice.
 */
import { expect, onTestFinished, test } from "vitest";
import { openPostgresStore } from "../../server/src/store/postgres/open-store.ts";
import { createDriver } from "../../server/src/store/postgres/wire/driver.ts";
import { mustCommit } from "../conformance/store-harness.ts";
import { makeStart, write } from "../conformance/store-records.ts";
import { eventually } from "../helpers/eventually.ts";
import { newNamespace, postgresUri } from "../helpers/postgres-uri.ts";

test("a singleton does not cancel a run that ends while it starts", async () => {
  const namespace = newNamespace();
  const store = openPostgresStore({ uris: [postgresUri()], namespace, connections: 2 });
  onTestFinished(() => store.close());
  const singleton = { key: "S", mode: "cancel" } as const;
  await mustCommit(store, write({ starts: [{ ...makeStart("R1"), singleton }] }));

  const other = await createDriver([postgresUri()], "stepwell-test").connect();
  onTestFinished(() => other.close());
  await other.send([
    { text: "BEGIN", values: [] },
    {
      text: "UPDATE stepwell.runs SET status = 'Completed', ended_at = 1000 WHERE ns = $1 AND id = 'R1'",
      values: [namespace],
    },
  ]);
  const started = store.commit(write({ starts: [{ ...makeStart("R2"), singleton }] }));
  await eventually("the start to wait for the end", async () => {
    const text = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))";
    const [waiting] = await other.send([{ text, values: [] }]);
    return waiting?.rows.length === 1 ? true : null;
  });
  await other.send([{ text: "COMMIT", values: [] }]);

  expect(await started).toMatchObject({ ok: true, startedRuns: ["R2"], cancelledRuns: [] });
  expect(await store.getRun("R1")).toMatchObject({ status: "Completed" });
});
