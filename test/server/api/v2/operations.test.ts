import { beforeEach, describe, expect, test } from "vitest";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";
import { type OperatedEngine, startOperatedEngine } from "../../../helpers/operated-engine.ts";
import { failure, operations, result } from "../../../helpers/scripted-caller.ts";

const a = "a".repeat(40);
let api: OperatedEngine;
let isFixed: boolean;

interface Answer<T = Record<string, unknown>> {
  data: T;
}
interface Refusal {
  errors: { code: string; message: string }[];
}

beforeEach(async () => {
  isFixed = false;
  api = await startOperatedEngine({
    scripts: {
      "shop-bad": ({ body }) =>
        isFixed || (body.event.data as { good?: boolean }).good === true
          ? result("fine")
          : failure({ name: "Error", message: "no stock" }, { noRetry: true }),
      "shop-nap": () => operations([{ op: "Sleep", id: a, displayName: "nap", name: "1h", opts: {} }]),
      "shop-one": () => result(1),
    },
  });
  const one = functionConfig("shop-one", { rateLimit: { limit: 1, period: "1h" }, retries: 7 });
  await api.engine.register(registration([functionConfig("shop-bad"), functionConfig("shop-nap"), one], "shop"));
});

const code = async (method: string, path: string, status: number, body?: unknown): Promise<string> =>
  (await api.ask<Refusal>(method, path, body, status)).errors[0]?.code ?? "";

describe("/v2/dead-letters", () => {
  test("are listed with error and event, retried with other data, and dropped", async () => {
    const first = await api.runOf(await api.send("test/shop-bad", { n: 1 }));
    const second = await api.runOf(await api.send("test/shop-bad", { n: 2 }));
    const list = await api.ask<Answer<unknown[]>>("GET", "/v2/dead-letters?functionId=shop-bad");
    expect(list.data).toMatchObject([
      { runId: second.id, isQuarantined: false, error: { message: "no stock" }, event: { data: { n: 2 } } },
      { runId: first.id, function: { id: "shop-bad" }, app: { id: "shop" } },
    ]);
    const retried = await api.ask<Answer<{ runId: string }>>("POST", `/v2/dead-letters/${first.id}/retry`, {
      data: { good: true },
    });
    expect(await api.store.getRun(retried.data.runId)).toMatchObject({ status: "Completed" });
    expect(await code("GET", `/v2/dead-letters/${first.id}`, 404)).toBe("dead_letter_not_found");
    expect((await api.ask<Answer>("GET", `/v2/dead-letters/${second.id}`)).data).toMatchObject({ runId: second.id });
    await api.ask("DELETE", `/v2/dead-letters/${second.id}`);
    expect(await code("DELETE", `/v2/dead-letters/${second.id}`, 404)).toBe("dead_letter_not_found");
    expect(await code("POST", `/v2/dead-letters/${second.id}/retry`, 404)).toBe("dead_letter_not_found");
  });

  test("page, and go in bulk", async () => {
    for (let n = 0; n < 3; n++) await api.send("test/shop-bad", { n });
    const page = await api.ask<{ data: unknown[]; page: { cursor: string } }>("GET", "/v2/dead-letters?limit=2");
    expect(page.data).toHaveLength(2);
    const rest = await api.ask<Answer<unknown[]>>("GET", `/v2/dead-letters?limit=2&cursor=${page.page.cursor}`);
    expect(rest.data).toHaveLength(1);
    isFixed = true;
    const job = await api.ask<Answer>(
      "POST",
      "/v2/dead-letters/retry",
      { functionId: "shop-bad", if: "event.data.n > 0" },
      201,
    );
    expect(job.data).toMatchObject({ kind: "retry-dead-letters", status: "RUNNING" });
    const jobs = await api.ask<Answer<Record<string, unknown>[]>>("GET", "/v2/bulk-jobs");
    expect(jobs.data).toMatchObject([{ id: job.data.id, status: "COMPLETED", matched: 2 }]);
    await api.ask("POST", "/v2/dead-letters/drop", { appId: "shop" }, 201);
    expect((await api.ask<Answer<unknown[]>>("GET", "/v2/dead-letters")).data).toEqual([]);
  });
});

describe("bulk cancel", () => {
  test("/v2/cancellations", async () => {
    for (let n = 0; n < 3; n++) await api.send("test/shop-nap", { n });
    const body = { functionId: ["shop-nap"], if: "event.data.n != 1", reason: "moved" };
    const job = await api.ask<Answer<{ id: string }>>("POST", "/v2/cancellations", body, 201);
    expect((await api.ask<Answer>("GET", `/v2/cancellations/${job.data.id}`)).data).toMatchObject({
      status: "COMPLETED",
      matched: 2,
      reason: "moved",
      filter: { functionId: ["shop-nap"], status: ["QUEUED", "RUNNING"], if: "event.data.n != 1" },
    });
    expect(await code("DELETE", `/v2/cancellations/${job.data.id}`, 409)).toBe("job_ended");
    expect(await code("GET", `/v2/reruns/${job.data.id}`, 404)).toBe("job_not_found");
    expect(await api.store.listRuns({ status: "Running", limit: 9 })).toHaveLength(1);
  });

  test("/v1/cancellations, in its own shape", async () => {
    await api.send("test/shop-nap");
    const before = new Date(api.clock.now() + 1000).toISOString();
    const body = { app_id: "shop", function_id: "shop-nap", started_before: before };
    const job = await api.ask<Answer>("POST", "/v1/cancellations", body, 201);
    expect(job.data).toMatchObject({ kind: "bulk_run", started_before: before, started_after: null });
    const list = await api.ask<Answer<Record<string, unknown>[]>>("GET", "/v1/cancellations");
    expect(list.data).toMatchObject([{ id: job.data.id, cancelled_count: 1, status: "completed" }]);
    await api.ask("DELETE", `/v1/cancellations/${String(job.data.id)}`, undefined, 409);
    const late = { ...body, started_before: new Date(api.clock.now() + 6000).toISOString() };
    await api.ask("POST", "/v1/cancellations", late, 400);
    await api.ask("POST", "/v1/cancellations", { ...body, function: "x" }, 400);
  });

  test.each([
    [{ function: "shop-nap" }, "There is no field `function`"],
    [{ functionId: 7 }, "`functionId` must be a text"],
    [{ from: "then" }, "`from` must be a time"],
    [{ if: 7 }, "`if` must be a text"],
    [{ if: "1 +" }, "cannot be used"],
    [{ reason: {} }, "`reason` must be a text"],
    [{ status: ["FAILED"] }, "There is no field `status`"],
  ])("refuses %j: nothing is cancelled", async (body, message) => {
    await api.send("test/shop-nap", { n: 1 });
    const { errors } = await api.ask<Refusal>("POST", "/v2/cancellations", body, 400);
    expect(errors[0]?.message).toContain(message);
    expect(await api.store.listRuns({ status: "Running", limit: 9 })).toHaveLength(1);
  });
});

describe("bulk rerun", () => {
  test("/v2/reruns repeats what a filter finds", async () => {
    for (let n = 0; n < 3; n++) await api.send("test/shop-bad", { n });
    isFixed = true;
    const until = new Date(api.clock.now() + 1).toISOString();
    const job = await api.ask<Answer<{ id: string }>>("POST", "/v2/reruns", { status: "FAILED", until }, 201);
    const { data } = await api.ask<Answer>("GET", `/v2/reruns/${job.data.id}`);
    expect(data).toMatchObject({ status: "COMPLETED", matched: 3 });
    expect(await api.store.listRuns({ status: "Completed", limit: 9 })).toHaveLength(3);
    expect((await api.ask<Answer<unknown[]>>("GET", "/v2/reruns")).data).toHaveLength(1);
  });
});

describe("/v2/pauses", () => {
  test("begin, are listed with who and why, show on functions, and end", async () => {
    const body = { scope: "function", target: "shop-nap", reason: "bad deploy", author: "ana" };
    const pause = await api.ask<Answer>("POST", "/v2/pauses", body, 201);
    expect(pause.data).toMatchObject({ ...body, arriving: "hold" });
    const everything = { scope: "all", reason: "fire", author: "ben", arriving: "skip" };
    await api.ask("POST", "/v2/pauses", everything, 201);
    await api.ask("POST", "/v2/pauses", { ...body, scope: "app", target: "shop" }, 201);
    const list = await api.ask<Answer<unknown[]>>("GET", "/v2/pauses");
    expect(list.data).toHaveLength(3);
    expect(list.data).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ scope: "all", target: null }),
        expect.objectContaining({ scope: "app", target: "shop" }),
        expect.objectContaining({ scope: "function", target: "shop-nap" }),
      ]),
    );
    await api.ask("DELETE", "/v2/pauses", { scope: "all" });
    await api.ask("DELETE", "/v2/pauses?scope=app&target=shop");
    const isPaused = async (name: string) =>
      (await api.ask<Answer<{ isPaused: boolean }>>("GET", `/v2/functions/${name}`)).data.isPaused;
    expect([await isPaused("shop-nap"), await isPaused("shop-bad")]).toEqual([true, false]);
    const run = await api.runOf(await api.send("test/shop-nap"));
    expect(run.status).toBe("Queued");
    const why = await api.ask<Answer<{ waits: { sentence: string }[] }>>("GET", `/v2/runs/${run.id}/why`);
    expect(why.data.waits[0]?.sentence).toContain("ana");
    await api.ask("POST", "/v2/pauses/resume", { scope: "function", target: "shop-nap" });
    expect((await api.store.getRun(run.id))?.status).toBe("Running");
  });

  test("refuse what is no pause", async () => {
    expect(await code("POST", "/v2/pauses", 400, { scope: "world" })).toBe("invalid_request");
    expect(await code("POST", "/v2/pauses", 404, { scope: "app", target: "x", reason: "r", author: "a" })).toBe(
      "app_not_found",
    );
  });
});

describe("/v2/schedules", () => {
  test("are made, listed, paused, resumed, deleted", async () => {
    const body = {
      cron: "0 * * * *",
      function: "shop-one",
      data: { n: 1 },
      name: "hourly",
      jitter: "30s",
      missed: "all",
    };
    const made = await api.ask<Answer<{ id: string }>>("POST", "/v2/schedules", body, 201);
    const path = `/v2/schedules/${made.data.id}`;
    expect(made.data).toMatchObject({
      name: "hourly",
      function: "shop-one",
      event: null,
      jitterMs: 30_000,
      missed: "all",
      nextAt: "2026-01-01T01:00:00.000Z",
    });
    await api.ask("POST", "/v2/schedules", { cron: "5 * * * *", event: "a/b" }, 201);
    expect((await api.ask<Answer<unknown[]>>("GET", "/v2/schedules")).data).toHaveLength(2);
    expect((await api.ask<Answer>("POST", `${path}/pause`)).data).toMatchObject({ isPaused: true, nextAt: null });
    expect((await api.ask<Answer>("POST", `${path}/resume`)).data).toMatchObject({ isPaused: false });
    expect((await api.ask<Answer>("GET", path)).data).toMatchObject({ data: { n: 1 } });
    await api.ask("DELETE", path);
    expect(await code("GET", path, 404)).toBe("schedule_not_found");
    expect(await code("DELETE", path, 404)).toBe("schedule_not_found");
    expect(await code("POST", "/v2/schedules", 400, { cron: "0 0 30 2 *", event: "a" })).toBe("invalid_request");
  });
});

describe("apps, functions and events", () => {
  test("with their settings", async () => {
    const apps = await api.ask<Answer<unknown[]>>("GET", "/v2/apps");
    expect(apps.data).toMatchObject([
      { id: "shop", method: "SERVE", functionCount: 3, latestSync: { sdkLanguage: "js", sdkVersion: "4.24.0" } },
    ]);
    expect((await api.ask<Answer>("GET", "/v2/apps/shop")).data).toMatchObject({ name: "shop" });
    expect((await api.ask<Answer<unknown[]>>("GET", "/v2/apps/shop/functions")).data).toHaveLength(3);
    expect((await api.ask<Answer<unknown[]>>("GET", "/v2/functions")).data).toHaveLength(3);
    expect((await api.ask<Answer>("GET", "/v2/apps/shop/functions/one")).data).toMatchObject({
      id: "shop-one",
      isArchived: false,
      configuration: { retries: 7, rateLimit: { limit: 1, periodMs: 3_600_000 } },
    });
    expect(await code("GET", "/v2/apps/nope", 404)).toBe("app_not_found");
    expect(await code("GET", "/v2/apps/shop/functions/nope", 404)).toBe("unknown_function");
  });

  test("invoked: once for a key, not past a rate limit", async () => {
    const path = "/v2/apps/shop/functions/one/invoke";
    const first = await api.ask<Answer<{ runId: string }>>("POST", path, { data: { n: 1 }, idempotencyKey: "k" });
    const again = await api.ask<Answer>("POST", path, { idempotencyKey: "k" }, 409);
    expect(again.data).toEqual({ runId: first.data.runId, outcome: "repeated" });
    expect(await code("POST", path, 422, { data: {} })).toBe("start_refused");
    expect(await code("POST", path, 400, { idempotencyKey: 7 })).toBe("invalid_request");
    expect((await api.ask<Answer<unknown[]>>("GET", "/v2/functions/shop-one/runs")).data).toHaveLength(1);
  });

  test("events are sent and listed", async () => {
    const sent = await api.ask<Answer<{ eventId: string }>>("POST", "/v2/events", { name: "a/b", data: { n: 1 } }, 201);
    const { eventId } = sent.data;
    expect((await api.ask<Answer>("GET", `/v2/events/${eventId}`)).data).toMatchObject({ name: "a/b", data: { n: 1 } });
    const started = await api.ask<Answer<{ eventId: string }>>("POST", "/v2/events", { name: "test/shop-nap" }, 201);
    expect((await api.ask<Answer<unknown[]>>("GET", `/v2/events/${started.data.eventId}/runs`)).data).toMatchObject([
      { status: "RUNNING" },
    ]);
    const at = api.clock.now();
    expect(
      (await api.ask<Answer<unknown[]>>("GET", `/v2/events?name=a/b&from=${at}&until=${at + 1}`)).data,
    ).toHaveLength(1);
    const page = await api.ask<{ page: { cursor: string } }>("GET", "/v2/events?limit=1");
    expect((await api.ask<Answer<unknown[]>>("GET", `/v2/events?cursor=${page.page.cursor}`)).data).toHaveLength(1);
    expect(await code("POST", "/v2/events", 400, { name: "inngest/x" })).toBe("invalid_event");
    expect(await code("GET", "/v2/events/01M807FQQEMJ94QV3939TD8ZFR", 404)).toBe("event_not_found");
  });
});

describe("the engine itself", () => {
  test("health, storage, limits, keys and environments", async () => {
    await api.send("test/shop-nap");
    expect((await api.ask<Answer>("GET", "/v2/health")).data).toEqual({ status: "ok" });
    expect((await api.ask<Answer>("GET", "/v2/storage")).data).toMatchObject({
      runs: 1,
      openRuns: 1,
      events: 1,
      diskBytes: 0,
      oldestRunAt: "2026-01-01T00:00:00.000Z",
    });
    expect((await api.ask<Answer>("GET", "/v2/limits")).data).toMatchObject({ stepsPerRun: 1000 });
    expect((await api.ask<Answer>("GET", "/v2/engine")).data).toMatchObject({ version: "1.2.3", kind: "dev" });
    expect((await api.ask<Answer<unknown[]>>("GET", "/v2/keys/events")).data).toEqual([]);
    expect((await api.ask<Answer<unknown[]>>("GET", "/v2/keys/signing")).data).toEqual([]);
    expect((await api.ask<Answer<unknown[]>>("GET", "/v2/envs")).data).toHaveLength(1);
  });

  test("what only the cloud has says so, and what nobody has says what is near", async () => {
    expect(await code("GET", "/v2/account", 501)).toBe("not_implemented");
    for (const method of ["GET", "POST", "DELETE"])
      expect(await code(method, "/v2/sandboxes/1/processes/2", 501)).toBe("not_implemented");
    const near = await api.ask<Refusal>("GET", "/v2/dead-leters", undefined, 404);
    expect(near.errors[0]).toEqual({
      code: "not_found",
      message: expect.stringContaining("GET /v2/dead-letters"),
    });
    const v1 = await api.ask<{ error: string }>("GET", "/v1/run", undefined, 404);
    expect(v1.error).toContain("GET /v1/runs");
    const far = await api.ask<{ error: string }>("GET", "/completely/elsewhere/and/deeper/still", undefined, 404);
    expect(far.error).toContain("See GET /");
  });

  test("asks for the signing key, but not for its health", async () => {
    const signingKey = "signkey-test-0123456789abcdef";
    const closed = await startOperatedEngine({ auth: { signingKey, eventKeys: ["one", "two"] } });
    await closed.ask("GET", "/v2/health");
    for (const path of ["/v2/runs", "/api/v2/storage", "/v2/pauses", "/v2/keys/events"]) {
      const { errors } = await closed.ask<Refusal>("GET", path, undefined, 401);
      expect(errors[0]?.code).toBe("unauthorized");
    }
    const response = await fetch(`${closed.url}/v2/keys/events`, {
      headers: { authorization: `Bearer ${signingKey}` },
    });
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ data: [{ name: "event key 1" }, { name: "event key 2" }] });
    expect(text).not.toContain("one");
    await closed.ask("POST", "/v1/cancellations", {}, 401);
  });
});
