import { expect, test } from "vitest";
import { mustCommit, type OpenStore, openForTest } from "./store-harness.ts";
import { makeEvent, makeItem, makeRun, makeStart, t0, write } from "./store-records.ts";

export function testEvents(open: OpenStore): void {
  test("keeps an event as it was given", async () => {
    const { store } = await openForTest(open);
    const event = makeEvent("E1", { data: '{"text":"Grüße 🎈 \\u0000"}', v: "2", receivedAt: t0 + 5 });
    await mustCommit(store, write({ events: [event] }));
    expect(await store.getEvent("E1")).toEqual(event);
    expect(await store.getEvent("E2")).toBeNull();
  });

  test("keeps data of 3 MiB", async () => {
    const { store } = await openForTest(open);
    const event = makeEvent("E1", { data: JSON.stringify({ text: "x".repeat(3 * 1024 * 1024) }) });
    await mustCommit(store, write({ events: [event] }));
    expect(await store.getEvent("E1")).toEqual(event);
  });

  test("the first write of an internal id counts, and a repeat starts nothing", async () => {
    const { store } = await openForTest(open);
    const first = makeEvent("E1");
    await mustCommit(store, write({ events: [first], starts: [makeStart("R1", { eventIds: ["E1"] })] }));
    const repeat = await mustCommit(
      store,
      write({
        events: [makeEvent("E1", { name: "other" }), makeEvent("E2")],
        starts: [
          makeStart("R2", { eventIds: ["E1"] }),
          makeStart("R3", { eventIds: ["E2"] }),
          makeStart("R4", { eventIds: ["E2", "E1"] }),
        ],
      }),
    );
    expect(repeat.startedRuns).toEqual(["R3", "R4"]);
    expect(await store.getEvent("E1")).toEqual(first);
    expect(await store.getRun("R2")).toBeNull();
    expect(await store.listItems("R2")).toEqual([]);
    expect(await store.listItems("R3")).toHaveLength(1);
  });

  test("an event that stands twice in one transition starts a function once", async () => {
    const { store } = await openForTest(open);
    const result = await mustCommit(
      store,
      write({
        events: [makeEvent("E1"), makeEvent("E1", { name: "other" })],
        starts: [
          makeStart("R1", { eventIds: ["E1"] }),
          makeStart("R2", { eventIds: ["E1"], functionId: "function-2" }),
          makeStart("R3", { eventIds: ["E1"] }),
        ],
      }),
    );
    expect(result.startedRuns).toEqual(["R1", "R2"]);
    expect((await store.getEvent("E1"))?.name).toBe("test/event");
  });

  test("a start whose event came earlier is not skipped", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ events: [makeEvent("E1")] }));
    const result = await mustCommit(store, write({ starts: [makeStart("R1", { eventIds: ["E1"] })] }));
    expect(result.startedRuns).toEqual(["R1"]);
  });

  test("lists events newest first, filtered and paged", async () => {
    const { store } = await openForTest(open);
    const events = ["E1", "E2", "E3", "E4", "E5"].map((id, index) =>
      makeEvent(id, { receivedAt: t0 + index, name: index % 2 === 0 ? "even" : "odd" }),
    );
    await mustCommit(store, write({ events: events.toReversed() }));
    const list = async (filter: Parameters<typeof store.listEvents>[0]) =>
      (await store.listEvents(filter)).map((event) => event.internalId);
    expect(await store.listEvents({ limit: 1 })).toEqual([events[4]]);
    expect(await list({ limit: 1_000 })).toEqual(["E5", "E4", "E3", "E2", "E1"]);
    expect(await list({ limit: 2, cursor: "E4" })).toEqual(["E3", "E2"]);
    expect(await list({ limit: 10, name: "even" })).toEqual(["E5", "E3", "E1"]);
    expect(await list({ limit: 10, name: "even", cursor: "E5" })).toEqual(["E3", "E1"]);
    expect(await list({ limit: 10, receivedBefore: t0 + 2 })).toEqual(["E2", "E1"]);
    expect(await list({ limit: 10, receivedAfter: t0 + 2 })).toEqual(["E5", "E4"]);
    expect(await list({ limit: 10, receivedAfter: t0, receivedBefore: t0 + 4, name: "odd" })).toEqual(["E4", "E2"]);
    expect(await list({ limit: 10, name: "none" })).toEqual([]);
  });

  test("an execution has its events in the order of the run", async () => {
    const { store } = await openForTest(open);
    const ids = ["E3", "E1", "E2"];
    await mustCommit(
      store,
      write({
        events: ["E1", "E2", "E3"].map((id) => makeEvent(id)),
        starts: [{ run: makeRun("R1", { eventIds: ids }), item: makeItem("I1", { kind: "start", runId: "R1" }) }],
      }),
    );
    const execution = await store.loadExecution("R1");
    expect(execution?.events.map((event) => event.internalId)).toEqual(ids);
    expect(execution?.run.eventIds).toEqual(ids);
  });
}
