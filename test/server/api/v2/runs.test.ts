import { beforeEach, describe, expect, test } from "vitest";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";
import { type OperatedEngine, startOperatedEngine } from "../../../helpers/operated-engine.ts";
import { failure, operations, result, stepRun } from "../../../helpers/scripted-caller.ts";

const a = "a".repeat(40);
let api: OperatedEngine;

interface Run {
  id: string;
  status: string;
  output?: unknown;
  [key: string]: unknown;
}
interface Paged<T> {
  data: T[];
  page: { cursor: string | null; hasMore: boolean; limit: number };
}
interface Refusal {
  errors: { code: string; message: string }[];
}

beforeEach(async () => {
  api = await startOperatedEngine({
    scripts: {
      "shop-two": ({ body }) => (a in body.steps ? result({ n: body.event.data }) : operations([stepRun(a, 1)])),
      "shop-bad": () => failure({ name: "Error", message: "no stock" }, { noRetry: true }),
      "shop-nap": () => operations([{ op: "Sleep", id: a, displayName: "nap", name: "1h", opts: {} }]),
    },
  });
  const [two, bad, nap] = ["shop-two", "shop-bad", "shop-nap"].map((slug) => functionConfig(slug));
  await api.engine.register(registration([two ?? {}, bad ?? {}, nap ?? {}], "shop"));
});

const runs = (query = "") => api.ask<Paged<Run>>("GET", `/v2/runs${query}`);
const refusal = (method: string, path: string, status: number, body?: unknown) =>
  api.ask<Refusal>(method, path, body, status);

describe("GET /v2/runs", () => {
  test("lists newest first, in the envelope, under both prefixes", async () => {
    await api.send("test/shop-two", { n: 1 });
    await api.advance(1000);
    await api.send("test/shop-bad");
    const { data, page } = await runs();
    expect(data.map(({ status }) => status)).toEqual(["FAILED", "COMPLETED"]);
    expect(page).toEqual({ cursor: null, hasMore: false, limit: 20 });
    expect(data[1]).toMatchObject({
      function: { id: "shop-two", name: "shop-two" },
      app: { id: "shop" },
      trigger: { isBatch: false, cron: null },
    });
    expect(data[1]).not.toHaveProperty("output");
    const other = await api.ask<Paged<Run> & { metadata: unknown }>("GET", "/api/v2/runs?includeOutput=true");
    expect(other.data[1]?.output).toEqual({ n: { n: 1 } });
    expect(other.metadata).toEqual({ fetchedAt: expect.any(String), cachedUntil: null });
  });

  test("filters by status, app, function, time and condition, and pages either way", async () => {
    for (let n = 0; n < 5; n++) {
      await api.send("test/shop-two", { n });
      await api.send("test/shop-bad", { n });
      await api.advance(60_000);
    }
    const t0 = Date.UTC(2026, 0, 1);
    expect((await runs("?status=FAILED")).data).toHaveLength(5);
    expect((await runs("?status=FAILED,COMPLETED")).data).toHaveLength(10);
    expect((await runs("?appId=shop&functionId=two")).data).toHaveLength(5);
    expect((await runs("?functionId[]=shop-two&functionId[]=shop-bad")).data).toHaveLength(10);
    expect((await runs("?appId=shop&status=queued")).data).toEqual([]);
    expect((await runs(`?from=${t0 + 60_000}&until=${new Date(t0 + 180_000).toISOString()}`)).data).toHaveLength(4);
    expect((await runs(`?timeField=endedAt&from=${t0 + 240_000}`)).data).toHaveLength(2);
    const condition = encodeURIComponent('event.data.n > 1 && output.message == "no stock"');
    expect((await runs(`?query=${condition}`)).data.map(({ status }) => status)).toEqual(Array(3).fill("FAILED"));
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: Paged<Run> = await runs(`?order=asc&limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.page.cursor;
    }
    expect(seen).toEqual([...seen].sort());
    expect(new Set(seen).size).toBe(10);
  });

  test.each([
    ["?status=done", "Invalid status: done"],
    ["?limit=0", "Invalid limit"],
    ["?from=yesterday", "Invalid from"],
    ["?order=up", "Invalid order"],
    ["?timeField=then", "Invalid timeField"],
    ["?cursor=x", "Invalid cursor"],
    ["?query=event.data.%3D", "cannot be used"],
  ])("refuses %s", async (query, message) => {
    const { errors } = await refusal("GET", `/v2/runs${query}`, 400);
    expect(errors).toEqual([{ code: expect.any(String), message: expect.stringContaining(message) }]);
  });

  test("names of functions and apps that there are not", async () => {
    expect((await refusal("GET", "/v2/runs?functionId=nope", 404)).errors[0]?.code).toBe("unknown_function");
    expect((await refusal("GET", "/v2/runs?appId=nope", 404)).errors[0]?.code).toBe("app_not_found");
  });
});

describe("one run", () => {
  test("its record, trace and reasons to wait", async () => {
    const eventId = await api.send("test/shop-nap");
    const { id } = await api.runOf(eventId);
    const { data } = await api.ask<{ data: Run }>("GET", `/v2/runs/${id}`);
    expect(data).toMatchObject({ id, status: "RUNNING", output: null, trigger: { eventIds: [eventId] } });
    const why = await api.ask<{ data: { waits: { kind: string; sentence: string }[] } }>("GET", `/v2/runs/${id}/why`);
    expect(why.data.waits).toMatchObject([{ kind: "sleep", sentence: expect.stringContaining("nap") }]);
    const bad = await api.runOf(await api.send("test/shop-bad"));
    const trace = await api.ask<{ data: Run & { children: Run[] } }>(
      "GET",
      `/v2/runs/${bad.id}/trace?includeOutput=true`,
    );
    expect(trace.data).toMatchObject({
      status: "FAILED",
      output: { message: "no stock" },
      children: [{ name: "attempt 1", status: "FAILED", error: { message: "no stock" } }],
    });
    const two = await api.runOf(await api.send("test/shop-two"));
    const steps = await api.ask<{ data: { children: Run[] } }>("GET", `/v2/runs/${two.id}/trace`);
    expect(steps.data.children).toMatchObject([{ stepId: a, stepOp: "StepRun", status: "COMPLETED", children: [] }]);
  });

  test("is run again, from a step too", async () => {
    const first = await api.runOf(await api.send("test/shop-two"));
    const again = await api.ask<{ data: { runId: string } }>("POST", `/v2/runs/${first.id}/rerun`);
    expect((await api.ask<{ data: Run }>("GET", `/v2/runs/${again.data.runId}`)).data).toMatchObject({
      status: "COMPLETED",
      originalRunId: first.id,
    });
    await api.ask("POST", `/v2/runs/${first.id}/rerun`, { fromStep: { stepId: a, output: 9 } });
    const missing = await refusal("POST", `/v2/runs/${first.id}/rerun`, 400, { fromStep: { stepId: "x" } });
    expect(missing.errors[0]?.code).toBe("step_not_found");
    expect((await refusal("POST", `/v2/runs/${first.id}/rerun`, 400, [])).errors[0]?.code).toBe("invalid_request");
  });

  test("is cancelled once", async () => {
    const { id } = await api.runOf(await api.send("test/shop-nap"));
    await api.ask("POST", `/v2/runs/${id}/cancel`);
    expect((await refusal("POST", `/v2/runs/${id}/cancel`, 409)).errors[0]?.code).toBe("run_already_cancelled");
    const done = await api.runOf(await api.send("test/shop-two"));
    expect((await refusal("POST", `/v2/runs/${done.id}/cancel`, 409)).errors[0]?.code).toBe("run_already_ended");
    const nobody = "01M807FQQEMJ94QV3939TD8ZFR";
    expect((await refusal("POST", `/v2/runs/${nobody}/cancel`, 404)).errors[0]?.code).toBe("run_not_found");
    expect((await refusal("GET", "/v2/runs/nonsense", 400)).errors[0]?.code).toBe("invalid_request");
  });
});
