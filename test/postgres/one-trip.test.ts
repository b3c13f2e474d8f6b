/** What a call reads of its run comes in one trip: engines on one database have few connections, and each trip takes one. */
import { expect, onTestFinished, test } from "vitest";
import { openPostgresStore } from "../../server/src/store/postgres/open-store.ts";
import { createDriver } from "../../server/src/store/postgres/wire/driver.ts";
import { makeEnd, makeEvent, makeStart } from "../conformance/store-records.ts";
import { newNamespace, postgresUri } from "../helpers/postgres-uri.ts";

test("a run with its steps and events is read in one trip", async () => {
  const trips: number[] = [];
  const inner = createDriver([postgresUri()], "stepwell-test");
  const driver = {
    async connect() {
      const connection = await inner.connect();
      const send: typeof connection.send = (statements) => {
        trips.push(statements.length);
        return connection.send(statements);
      };
      return { ...connection, send };
    },
  };
  const store = openPostgresStore({ uris: [postgresUri()], namespace: newNamespace(), driver });
  onTestFinished(() => store.close());
  // A batch of two, of which the one that came last stands first.
  const eventIds = ["E2", "E1"];
  const events = eventIds.map((id) => makeEvent(id, { id }));
  await store.commit({ lease: null, events, starts: [makeStart("R1", { eventIds })] });
  for (const id of ["b", "a"]) await store.commit({ lease: null, ends: [makeEnd("R1", id)] });

  trips.length = 0;
  const execution = await store.loadExecution("R1");

  expect(trips).toEqual([3]);
  expect(execution?.run.eventIds).toEqual(eventIds);
  expect(execution?.events.map(({ internalId }) => internalId)).toEqual(eventIds);
  expect(execution?.ended.map(({ id }) => id)).toEqual(["b", "a"]);
});
