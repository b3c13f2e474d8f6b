import { describe, expect, test } from "vitest";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";
import { type OperatedEngine, startOperatedEngine } from "../../../helpers/operated-engine.ts";
import { failure, operations, result, type Script } from "../../../helpers/scripted-caller.ts";

const a = "a".repeat(40);

interface Answer<T = Record<string, unknown>> {
  data: T;
}
interface Refusal {
  errors: { code: string; message: string }[];
}

async function engineOf(script: Script, workers = 10): Promise<OperatedEngine> {
  const api = await startOperatedEngine({ scripts: { "shop-f": script }, workers, retryIntervalMs: 1_000 });
  await api.engine.register(registration([functionConfig("shop-f", { retries: 1 })], "shop"));
  return api;
}

const hangs: Script = ({ signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });

describe("invoking a function", () => {
  test("that is paused and skips what arrives is refused, with the run that says why", async () => {
    const api = await engineOf(() => result(1));
    const pause = { scope: "function", target: "shop-f", reason: "deploy", author: "ana", arriving: "skip" };
    await api.ask("POST", "/v2/pauses", pause, 201);
    const { errors } = await api.ask<Refusal>("POST", "/v2/functions/shop-f/invoke", { data: {} }, 422);
    expect(errors[0]?.code).toBe("function_skipped");
    const runId = /run (\w+) says why/.exec(errors[0]?.message ?? "")?.[1] ?? "";
    const run = await api.ask<Answer>("GET", `/v2/runs/${runId}`);
    expect(run.data).toMatchObject({ status: "SKIPPED", reason: expect.stringContaining("paused by ana") });
  });

  test.each([[{ data: [1] }], [{ data: "x" }], [[{}]]])("with %j is refused", async (body) => {
    const api = await engineOf(() => result(1));
    expect((await api.ask<Refusal>("POST", "/v2/functions/shop-f/invoke", body, 400)).errors[0]?.code).toMatch(
      /^invalid_(event|request)$/,
    );
    expect(await api.store.listRuns({ limit: 5 })).toEqual([]);
  });
});

describe("a run's trace", () => {
  test("holds the tries of steps beside them, and outputs where they are asked for", async () => {
    const api = await engineOf(({ body }) =>
      a in body.steps
        ? result("caught")
        : operations([{ op: "StepError", id: a, displayName: "pay", error: { name: "Error", message: "no" } }]),
    );
    const run = await api.runOf(await api.send("test/shop-f"));
    const trace = async (query = "") =>
      (await api.ask<Answer<{ children: Record<string, unknown>[] }>>("GET", `/v2/runs/${run.id}/trace${query}`)).data;
    await api.advance(1_000);
    const tries = [
      { name: "attempt 1", status: "ERRORED", retryAt: "2026-01-01T00:00:01.000Z", error: { message: "no" } },
      { name: "attempt 2", status: "FAILED", retryAt: null, error: { message: "no" } },
    ];
    expect(await trace("?includeOutput=true")).toMatchObject({
      output: "caught",
      children: [{ name: "pay", output: { error: { message: "no" } }, children: tries }],
    });
    const bare = await trace();
    expect(bare).toMatchObject({ children: [{ name: "pay", children: tries }] });
    expect(bare).not.toHaveProperty("output");
    expect(bare.children[0]).not.toHaveProperty("output");
  });
});

describe("dead letters", () => {
  test("are found by when their runs failed, oldest first where that is asked for", async () => {
    const api = await engineOf(() => failure({ name: "Error", message: "no" }, { noRetry: true }));
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      ids.push((await api.runOf(await api.send("test/shop-f"))).id);
      await api.advance(60_000);
    }
    const found = async (query: string) =>
      (await api.ask<Answer<{ runId: string }[]>>("GET", `/v2/dead-letters?${query}`)).data.map(({ runId }) => runId);
    const t0 = Date.UTC(2026, 0, 1);
    expect(await found("order=asc")).toEqual(ids);
    expect(await found(`from=${t0 + 60_000}`)).toEqual([ids[2], ids[1]]);
    expect(await found(`until=${t0 + 60_000}`)).toEqual([ids[0]]);
    expect(await found(`from=${t0 + 60_000}&until=${t0 + 60_001}`)).toEqual([ids[1]]);
  });
});

describe("pausing everything", () => {
  test("and cancelling what has begun ends the runs of all apps, with who and why", async () => {
    const api = await engineOf(() => operations([{ op: "Sleep", id: a, displayName: "nap", name: "1h" }]));
    await api.engine.register(registration([functionConfig("crm-g")], "crm"));
    const run = await api.runOf(await api.send("test/shop-f"));
    const pause = { scope: "all", reason: "fire", author: "bo", running: "cancel" };
    await api.ask("POST", "/v2/pauses", pause, 201);
    expect(await api.store.getRun(run.id)).toMatchObject({
      status: "Cancelled",
      reason: expect.stringContaining("paused by bo: fire"),
    });
  });
});

describe("a bulk cancellation that is under way", () => {
  test("is stopped, once, and says so", async () => {
    const api = await engineOf(hangs, 1);
    await api.engine.ingest({ body: [{ name: "test/shop-f" }, { name: "test/shop-f" }], seed: null });
    const post = { method: "POST", headers: { "content-type": "application/json" } };
    const made = await fetch(`${api.url}/v1/cancellations`, { ...post, body: '{"app_id":"shop"}' });
    const { data } = (await made.json()) as Answer;
    expect(data).toMatchObject({ status: "running", started_after: null });
    const path = `${api.url}/v1/cancellations/${String(data.id)}`;
    const stopped = await fetch(path, { method: "DELETE" });
    expect([stopped.status, await stopped.text()]).toEqual([204, ""]);
    expect((await fetch(path, { method: "DELETE" })).status).toBe(409);
    const list = (await (await fetch(`${api.url}/v1/cancellations`)).json()) as Answer<Record<string, unknown>[]>;
    expect(list.data).toMatchObject([{ id: data.id, status: "stopped", cancelled_count: 0 }]);
    expect(await api.store.listRuns({ status: "Cancelled", limit: 5 })).toEqual([]);
  });
});
