import { beforeEach, describe, expect, test } from "vitest";
import type { FunctionRecord } from "../../../server/src/domain/app.ts";
import {
  makeApp,
  makeAttempt,
  makeEnd,
  makeEvent,
  makeFunction,
  makeItem,
  makePlan,
  makeStart,
  t0,
} from "../../conformance/store-records.ts";
import { type ApiServer, startApiServer } from "../../helpers/api-server.ts";

const eventId = "01M809TCTAWESGKK7AFWXF4ANX";
const laterEvent = "01M809TCTAWESGKK7AFWXF4ANY";
const endedRun = "01M809TCX7324PFZ1D8G4PKVX1";
const openRun = "01M809TCX7324PFZ1D8G4PKVX2";
const failedRun = "01M809TCX7324PFZ1D8G4PKVX3";
const noSuch = "01M807FQQEMJ94QV3939TD8ZFR";
const hash = (digit: string): string => digit.repeat(40);
const iso = (ms: number): string => new Date(ms).toISOString();

const fn: FunctionRecord = makeFunction("rec", "three-steps", { id: "function-1", version: 3 });
let api: ApiServer;

async function json(path: string, status = 200): Promise<{ data: never[]; metadata: unknown }> {
  const response = await api.ask(path);
  expect(response.status, path).toBe(status);
  return (await response.json()) as { data: never[]; metadata: unknown };
}

beforeEach(async () => {
  api = await startApiServer({ engine: { functionById: (id) => (id === fn.id ? fn : null) } });
  const events = [
    makeEvent(eventId, { id: "sent-1", name: "rec/three", data: '{"a":1}', v: "2" }),
    makeEvent(laterEvent, { name: "rec/other", receivedAt: t0 + 5_000 }),
  ];
  const starts = [endedRun, openRun, failedRun].map((id, index) =>
    makeStart(id, {
      eventIds: [index === 2 ? laterEvent : eventId],
      queuedAt: t0 + index,
      functionId: index === 2 ? "gone" : fn.id,
    }),
  );
  await api.store.commit({ lease: null, events, starts });
  await api.store.commit({
    lease: null,
    openRun: endedRun,
    ends: [makeEnd(endedRun, hash("a"), { displayName: "a" })],
    run: { runId: endedRun, end: { status: "Completed", endedAt: t0 + 100, output: "[1,2]" } },
  });
  await api.store.commit({
    lease: null,
    openRun: openRun,
    ends: [
      makeEnd(openRun, hash("1"), { displayName: "one", memo: '{"data":{"n":1}}' }),
      makeEnd(openRun, hash("2"), {
        displayName: "two",
        status: "Failed",
        memo: '{"error":{"name":"E","message":"m"}}',
      }),
      makeEnd(openRun, hash("3"), { displayName: "nap", op: "Sleep", memo: "null", wakesAt: t0 + 50 }),
    ],
    plans: [makePlan(openRun, hash("4"), { dueAt: t0 + 9_000, attempt: 2 })],
    attempts: [
      makeAttempt(openRun, { retryAt: t0 + 30 }),
      makeAttempt(openRun, { stepId: hash("2"), displayName: "two", attempt: 1 }),
    ],
  });
  await api.store.commit({
    lease: null,
    openRun: failedRun,
    run: { runId: failedRun, end: { status: "Failed", endedAt: t0 + 100, output: '{"name":"E","message":"m"}' } },
  });
});

describe("/v1/events", () => {
  const stored = {
    internal_id: eventId,
    account_id: "00000000-0000-4000-a000-000000000000",
    environment_id: "00000000-0000-4000-b000-000000000000",
    source: "",
    source_id: null,
    received_at: iso(t0),
    id: "sent-1",
    name: "rec/three",
    data: { a: 1 },
    ts: t0,
    v: "2",
  };

  test("one event", async () => {
    const { data, metadata } = await json(`/v1/events/${eventId}`);
    expect(data).toEqual(stored);
    expect(metadata).toEqual({ fetched_at: iso(api.clock.now()), cached_until: null });
  });

  test("lists, newest first, page by page", async () => {
    const all = await json("/v1/events");
    expect((all.data as { internal_id: string }[]).map((event) => event.internal_id)).toEqual([laterEvent, eventId]);
    expect(all.metadata).toMatchObject({ next_cursor: null });
    const first = await json("/v1/events?limit=1");
    expect(first).toMatchObject({ data: [{ internal_id: laterEvent }], metadata: { next_cursor: laterEvent } });
    expect(await json(`/v1/events?limit=1&cursor=${laterEvent}`)).toMatchObject({ data: [stored] });
  });

  test("filters by name and time", async () => {
    expect((await json("/v1/events?name=rec/three")).data).toEqual([stored]);
    expect((await json(`/v1/events?received_before=${iso(t0 + 1)}`)).data).toEqual([stored]);
    expect((await json(`/v1/events?received_after=${t0}`)).data).toMatchObject([{ internal_id: laterEvent }]);
    expect((await json("/v1/events?name=&cursor=&limit=&received_after=")).data).toHaveLength(2);
  });

  test("the runs of an event, oldest first", async () => {
    const { data } = await json(`/v1/events/${eventId}/runs`);
    expect(data).toMatchObject([{ run_id: endedRun }, { run_id: openRun }]);
  });

  test.each(["", "/runs"])("an event that is not there%s", async (rest) => {
    expect(await json(`/v1/events/${noSuch}${rest}`, 404)).toEqual({
      error: "Event not found",
      code: "event_not_found",
      data: null,
      status: 404,
    });
  });

  test.each(["limit=0", "limit=101", "limit=x", "cursor=x", "received_before=soon", "received_after=x"])(
    "bad: %s",
    async (query) => {
      expect(await json(`/v1/events?${query}`, 400)).toMatchObject({
        error: expect.stringMatching(/^Invalid/),
        status: 400,
      });
    },
  );
});

describe("/v1/runs", () => {
  const completed = {
    run_id: endedRun,
    run_started_at: iso(t0),
    queued_at: iso(t0),
    started_at: null,
    ended_at: iso(t0 + 100),
    function_id: "function-1",
    function_slug: "rec-three-steps",
    function_version: 3,
    environment_id: "00000000-0000-4000-b000-000000000000",
    event_id: eventId,
    event_ids: [eventId],
    status: "Completed",
    output: [1, 2],
    original_run_id: null,
    reason: null,
  };

  test("one run, with its output parsed", async () => {
    expect((await json(`/v1/runs/${endedRun}`)).data).toEqual({ ...completed, failed_attempts: [], metadata: [] });
  });

  test("a failed run of a function that is gone", async () => {
    expect((await json(`/v1/runs/${failedRun}`)).data).toMatchObject({
      status: "Failed",
      output: { name: "E", message: "m" },
      function_slug: null,
      function_version: 0,
    });
  });

  test("failed attempts at the function's body stand with the run", async () => {
    expect((await json(`/v1/runs/${openRun}`)).data).toMatchObject({
      status: "Queued",
      output: null,
      ended_at: null,
      failed_attempts: [
        { attempt: 0, error: { message: "no" }, retry_at: iso(t0 + 30), started_at: iso(t0), ended_at: iso(t0 + 1) },
      ],
    });
  });

  test("a cron's run says which", async () => {
    const id = "01M809TCX7324PFZ1D8G4PKVX9";
    await api.store.commit({ lease: null, starts: [makeStart(id, { cron: "0 * * * *", eventIds: [laterEvent] })] });
    expect((await json(`/v1/runs/${id}`)).data).toMatchObject({ cron: "0 * * * *" });
  });

  test("lists, newest first, page by page", async () => {
    const { data, metadata } = await json("/v1/runs");
    expect((data as { run_id: string }[]).map((run) => run.run_id)).toEqual([failedRun, openRun, endedRun]);
    expect(metadata).toMatchObject({ next_cursor: null });
    expect(await json("/v1/runs?limit=2")).toMatchObject({ metadata: { next_cursor: openRun } });
    expect((await json(`/v1/runs?limit=2&cursor=${openRun}`)).data).toEqual([completed]);
  });

  test("filters by status and function", async () => {
    expect((await json("/v1/runs?status=completed")).data).toEqual([completed]);
    expect((await json("/v1/runs?status=&function=")).data).toHaveLength(3);
    await api.store.commit({
      lease: null,
      sync: { app: makeApp("rec", { id: fn.appId }), functions: [fn], crons: [] },
    });
    expect((await json("/v1/runs?function=rec-three-steps&status=Queued")).data).toMatchObject([{ run_id: openRun }]);
    expect(await json("/v1/runs?function=nope", 404)).toMatchObject({ error: expect.stringContaining('"nope"') });
    expect(await json("/v1/runs?status=Sleepy", 400)).toMatchObject({
      error: expect.stringContaining("Queued, Running"),
    });
  });

  test("steps: ended ones in their order, then the others", async () => {
    const { data } = await json(`/v1/runs/${openRun}/steps`);
    expect(data).toMatchObject([
      {
        id: hash("1"),
        name: "one",
        op: "StepRun",
        status: "Completed",
        attempts: 1,
        output: { n: 1 },
        failed_attempts: [],
      },
      {
        id: hash("2"),
        status: "Failed",
        error: { name: "E", message: "m" },
        failed_attempts: [{ attempt: 1, retry_at: null }],
      },
      { id: hash("3"), op: "Sleep", output: null, wakes_at: iso(t0 + 50) },
      { id: hash("4"), status: "Planned", attempts: 0, ended_at: null },
    ]);
    expect(data[1]).not.toHaveProperty("output");
    expect(data[3]).not.toHaveProperty("output");
    expect(data[3]).not.toHaveProperty("error");
  });

  test("jobs: at most ten, earliest first", async () => {
    const puts = Array.from({ length: 12 }, (_, index) =>
      makeItem(`item-${index}`, { runId: openRun, dueAt: t0 + 20_000 + index }),
    );
    await api.store.commit({ lease: null, puts });
    const { data } = await json(`/v1/runs/${openRun}/jobs`);
    expect(data).toHaveLength(10);
    expect(data[0]).toMatchObject({ kind: "start", position: 0 });
    expect(data[1]).toEqual({
      JobID: `item-${openRun}-${hash("4")}`,
      at: iso(t0 + 9_000),
      position: 1,
      kind: "step",
      attempt: 2,
    });
    expect((await json(`/v1/runs/${endedRun}/jobs`)).data).toEqual([]);
  });

  test.each(["", "/steps", "/jobs"])("a run that is not there, and an id that is none%s", async (rest) => {
    expect(await json(`/v1/runs/${noSuch}${rest}`, 404)).toMatchObject({
      error: `Run not found: ${noSuch}`,
      data: null,
      status: 404,
    });
    expect(await json(`/v1/runs/nonsense${rest}`, 400)).toMatchObject({
      error: "Invalid run ID: nonsense",
      data: null,
      status: 400,
    });
  });
});

describe("/v0/runs", () => {
  test("actions: what the run remembers, by step", async () => {
    expect(await json(`/v0/runs/${openRun}/actions`)).toEqual({
      [hash("1")]: { data: { n: 1 } },
      [hash("2")]: { error: { name: "E", message: "m" } },
      [hash("3")]: null,
    });
  });

  test("batch: the run's events", async () => {
    expect(await json(`/v0/runs/${openRun}/batch`)).toEqual([
      { data: { a: 1 }, id: "sent-1", name: "rec/three", ts: t0, user: {}, v: "2" },
    ]);
  });

  test.each(["actions", "batch"])("%s of a run that has ended, is unknown, or is none", async (what) => {
    for (const id of [endedRun, noSuch]) {
      expect(await json(`/v0/runs/${id}/${what}`, 410)).toEqual({
        error: `runtime state is no longer available for runID: ${id}`,
        data: null,
        status: 410,
      });
    }
    expect(await json(`/v0/runs/nonsense/${what}`, 400)).toMatchObject({ status: 400 });
  });
});
