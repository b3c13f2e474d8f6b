/** What calls read of their runs comes in one trip: engines on one database have few connections, and each trip takes one. */
import { expect, onTestFinished, test } from "vitest";
import { openPostgresStore } from "../../server/src/store/postgres/open-store.ts";
import { createDriver } from "../../server/src/store/postgres/wire/driver.ts";
import { makeEnd, makeEvent, makeStart } from "../conformance/store-records.ts";
import { newNamespace, postgresUri } from "../helpers/postgres-uri.ts";

function openCounted(trips: number[]) {
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
  return store;
}

test("a run with its steps and events is read in one trip", async () => {
  const trips: number[] = [];
  const store = openCounted(trips);
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

test("runs that are asked for at the same moment are read in one trip, each with what is its own", async () => {
  const trips: number[] = [];
  const store = openCounted(trips);
  const ids = ["R1", "R2", "R3"];
  const events = ids.map((id) => makeEvent(`E-${id}`, { id: `E-${id}` }));
  const starts = ids.map((id) => makeStart(id, { eventIds: [`E-${id}`] }));
  await store.commit({ lease: null, events, starts });
  for (const id of ids) await store.commit({ lease: null, ends: [makeEnd(id, `of ${id}`)] });

  trips.length = 0;
  const found = await Promise.all(["R3", "none", "R1", "R2", "R1"].map((id) => store.loadExecution(id)));
  const runs = await Promise.all(["R2", "none", "R1"].map((id) => store.getRun(id)));

  expect(trips).toEqual([3, 1]);
  const told = found.map((one) => one && [one.run.id, one.events[0]?.internalId, one.ended.map(({ id }) => id)]);
  const whole = (id: string) => [id, `E-${id}`, [`of ${id}`]];
  expect(told).toEqual([whole("R3"), null, whole("R1"), whole("R2"), whole("R1")]);
  expect(runs.map((run) => run?.id)).toEqual(["R2", undefined, "R1"]);
});
