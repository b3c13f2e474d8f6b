/**
 * The row that stands for the name of an event, made by a commit that takes long. Found by chaos: other engines waited for it until
 * that commit had ended, and when it failed the row was gone again, so engines that began together kept each other from working.
 */
import { expect, onTestFinished, test } from "vitest";
import { openPostgresStore } from "../../server/src/store/postgres/open-store.ts";
import { createDriver } from "../../server/src/store/postgres/wire/driver.ts";
import { mustCommit } from "../conformance/store-harness.ts";
import { makeEvent, makeStart, write } from "../conformance/store-records.ts";
import { eventually } from "../helpers/eventually.ts";
import { newNamespace, postgresUri } from "../helpers/postgres-uri.ts";

test("a commit that makes the row of a new name and then waits holds up no other event of that name", async () => {
  const namespace = newNamespace();
  const [slow, quick] = [1, 2].map(() => {
    const store = openPostgresStore({ uris: [postgresUri()], namespace, connections: 2 });
    onTestFinished(() => store.close());
    return store;
  });
  if (slow === undefined || quick === undefined) throw new Error("two stores were opened");
  await mustCommit(slow, write({ starts: [makeStart("R1")] }));
  const other = await createDriver([postgresUri()], "stepwell-test").connect();
  onTestFinished(() => other.close());
  await other.send([
    { text: "BEGIN", values: [] },
    { text: "SELECT id FROM stepwell.runs WHERE ns = $1 FOR UPDATE", values: [namespace] },
  ]);
  const waiting = slow.commit(write({ openRun: "R1", events: [{ ...makeEvent("E1"), name: "new/name" }] }));
  await eventually("the first commit to wait for the run", async () => {
    const text = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))";
    const [found] = await other.send([{ text, values: [] }]);
    return found?.rows.length === 1 ? true : null;
  });

  expect(await quick.commit(write({ events: [{ ...makeEvent("E2"), name: "new/name" }] }))).toMatchObject({ ok: true });
  await other.send([{ text: "COMMIT", values: [] }]);
  expect(await waiting).toMatchObject({ ok: true });
});
