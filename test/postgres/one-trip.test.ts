/** What calls read of their runs comes in one trip: engines on one database have few connections, and each trip takes one. */
import { expect, onTestFinished, test } from "vitest";
import { openPostgresStore } from "../../server/src/store/postgres/open-store.ts";
import { createDriver } from "../../server/src/store/postgres/wire/driver.ts";
import { makeEnd, makeEvent, makePlan, makeStart } from "../conformance/store-records.ts";
import { makeWait } from "../conformance/store-waits.ts";
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

test("steps that are asked for at the same moment are read in one trip, each of its own run", async () => {
  const trips: number[] = [];
  const store = openCounted(trips);
  await store.commit({ lease: null, starts: [makeStart("R1"), makeStart("R2")] });
  for (const runId of ["R1", "R2"]) await store.commit({ lease: null, ends: [makeEnd(runId, `only of ${runId}`)] });
  await store.commit({ lease: null, ends: [makeEnd("R2", "of both"), makeEnd("R1", "of both")] });

  trips.length = 0;
  const keys = [
    ["R2", "of both"],
    ["R1", "only of R2"],
    ["R1", "of both"],
    ["R2", "only of R2"],
  ] as const;
  const steps = await Promise.all(keys.map(([runId, id]) => store.getStep(runId, id)));

  expect(trips).toEqual([1]);
  const [first, , third, fourth] = keys;
  expect(steps.map((step) => step && [step.runId, step.id])).toEqual([first, null, third, fourth]);
});

test("an event that is waited for is decided on in two trips by a node that has seen one of its name", async () => {
  const trips: number[] = [];
  const store = openCounted(trips);
  await store.commit({ lease: null, starts: [makeStart("R1")] });
  const wait = makeWait("R1", "w", { name: "shop/paid", path: "data.id", value: '"E9"' });
  await store.commit({ lease: null, plans: [{ ...makePlan("R1", "w"), waits: [{ wait }] }] });
  const event = (id: string) => makeEvent(id, { id, name: "shop/paid", data: `{"id":"${id}"}` });
  await store.commit({ lease: null, events: [event("E1")] });

  trips.length = 0;
  await store.commit({ lease: null, events: [event("E2")] });

  expect(trips).toHaveLength(2);
});
