/** What the API shows of runs whose functions and events are gone, and of quarantined ones. */
import { expect, test } from "vitest";
import { makeEvent, makeStart, makeStep, t0, write } from "../../../conformance/store-records.ts";
import { type ApiServer, startApiServer } from "../../../helpers/api-server.ts";

const runId = "01M809TCX7324PFZ1D8G4PKVX1";
const scheduleId = "01M809TCX7324PFZ1D8G4PKVX2";

async function get<T>(api: ApiServer, path: string): Promise<T> {
  const response = await api.ask(path);
  expect(response.status, path).toBe(200);
  return ((await response.json()) as { data: T }).data;
}

test("a quarantined run of a function that nobody knows, without its event", async () => {
  const api = await startApiServer();
  await api.store.commit(write({ starts: [makeStart(runId)] }));
  const output = '{"name":"QuarantinedError","message":"it took its app down three times"}';
  await api.store.commit(write({ run: { runId, end: { status: "Failed", endedAt: t0 + 5, output } } }));
  expect(await get(api, `/v2/dead-letters/${runId}`)).toEqual({
    runId,
    function: { id: "function-1", name: null },
    app: { id: null },
    failedAt: new Date(t0 + 5).toISOString(),
    isQuarantined: true,
    error: { name: "QuarantinedError", message: "it took its app down three times" },
    event: null,
  });
  expect(await get(api, `/v2/runs/${runId}`)).toMatchObject({ function: { id: "function-1" }, app: { id: null } });
  expect(await get(api, `/v2/runs/${runId}/trace`)).toMatchObject({ name: "function-1", children: [] });
});

test("a step that waits shows what for, a schedule its lost function, a job its filter", async () => {
  const api = await startApiServer();
  const step = makeStep(runId, "a", { op: "WaitForEvent", status: "Waiting", detail: '{"event":"a/b"}', wakesAt: t0 });
  const item = { ...makeStart(runId).item, id: "wake" };
  await api.store.commit(write({ events: [makeEvent("E1")], starts: [makeStart(runId)] }));
  await api.store.commit(write({ plans: [{ step, item }] }));
  expect(await get(api, `/v2/runs/${runId}/trace`)).toMatchObject({
    children: [{ status: "WAITING", metadata: [{ event: "a/b" }], wakesAt: new Date(t0).toISOString() }],
  });
  await api.store.commit(
    write({
      schedule: {
        id: scheduleId,
        name: "n",
        cron: "0 0 * * *",
        jitterMs: 0,
        missed: "one",
        target: { kind: "function", functionId: "function-9" },
        data: "{}",
        pausedAt: null,
        createdAt: t0,
      },
      bulkJob: {
        id: scheduleId,
        kind: "rerun",
        filter: { functionIds: ["function-9"] },
        reason: null,
        status: "Running",
        cursor: null,
        matched: 0,
        createdAt: t0,
        endedAt: null,
      },
    }),
  );
  expect(await get(api, `/v2/schedules/${scheduleId}`)).toMatchObject({ function: "function-9", event: null });
  expect(await get(api, `/v2/bulk-jobs/${scheduleId}`)).toMatchObject({
    filter: { functionId: ["function-9"], if: null },
  });
});
