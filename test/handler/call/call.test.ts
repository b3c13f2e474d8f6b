import { describe, expect, it } from "vitest";
import { createHandler } from "../../../src/handler/index.ts";
import { Inngest } from "../../../src/index.ts";
import { event, frame, type Steps, setUp, two, URL_ } from "../set-up-app.ts";

describe("calls", () => {
  it.each([
    ["{", "the body is not JSON"],
    ["[]", "`ctx` is missing"],
    ["null", "the body is not an object"],
    [JSON.stringify({ ...frame, event: undefined }), "`event` is missing"],
    [JSON.stringify({ ...frame, steps: [] }), "`steps` is not an object"],
    [JSON.stringify({ ...frame, version: 0 }), "version 0"],
    [JSON.stringify({ ...frame, ctx: { ...frame.ctx, run_id: 1 } }), "`ctx.run_id`"],
    [JSON.stringify({ ...frame, ctx: { ...frame.ctx, attempt: "0" } }), "`ctx.attempt`"],
  ])("answers 500 to %s", async (body, message) => {
    const response = await setUp({ isDev: true }).request("POST", `${URL_}?fnId=app-f&stepId=step`, body);
    expect(response.status).toBe(500);
    expect(JSON.parse(response.body)).toMatchObject({ type: "internal", message: expect.stringContaining(message) });
    expect(response.headers["x-inngest-no-retry"]).toBeUndefined();
  });

  it("answers 401 without a body, and 500 without a function", async () => {
    const { request } = setUp({ isDev: true });
    expect((await request("POST", `${URL_}?fnId=app-f&stepId=step`)).status).toBe(401);
    expect(JSON.parse((await request("POST", URL_, "{}")).body).message).toContain("No function ID found");
  });

  it("echoes what the engine wants back", async () => {
    const { request } = setUp({ isDev: true });
    const headers = { traceparent: "00-a-b-01", tracestate: "x=y", "x-inngest-server-kind": "dev" };
    const response = await request("POST", `${URL_}?fnId=app-f&stepId=step`, JSON.stringify(frame), headers);
    expect(response.headers).toMatchObject({
      traceparent: "00-a-b-01",
      tracestate: "x=y",
      "x-inngest-expected-server-kind": "dev",
    });
  });

  it("gives the handler its context", async () => {
    const { call } = setUp({
      isDev: true,
      handler: ({ runId, attempt, maxAttempts, event: first, events }: Record<string, never>) => ({
        runId,
        attempt,
        maxAttempts,
        first,
        events,
      }),
    });
    const response = await call({ ...frame, ctx: { ...frame.ctx, attempt: 1, max_attempts: 4 } }, null);
    expect(JSON.parse(response.body)).toEqual({
      runId: "r1",
      attempt: 1,
      maxAttempts: 4,
      first: event,
      events: [event],
    });
  });

  it("fetches state that was too big to send, with the fallback key when the first is refused", async () => {
    const seen: string[] = [];
    const fetcher: typeof fetch = async (url, init) => {
      const { authorization } = (init?.headers ?? {}) as Record<string, string>;
      seen.push(`${new URL(String(url)).pathname} ${authorization?.slice(0, 30)}`);
      if (seen.length <= 2) return new Response("no", { status: 401 });
      return new Response(JSON.stringify(String(url).endsWith("/batch") ? [{ ...event, name: "fetched" }] : {}));
    };
    const { call } = setUp({
      fetch: fetcher,
      handler: ({ event: { name } }: { event: { name: string } }) => name as never,
    });
    const response = await call({ ...frame, events: [], ctx: { ...frame.ctx, use_api: true } });
    expect(response.body).toBe('"fetched"');
    expect(seen.length).toBe(4);
    expect(new Set(seen).size).toBe(4);
  });

  it("answers 500 when that state cannot be had", async () => {
    const { call } = setUp({ fetch: async () => new Response("gone", { status: 410 }) });
    const response = await call({ ...frame, use_api: true });
    expect(response.status).toBe(500);
    expect(JSON.parse(response.body).message).toContain("Failed to fetch the run's state");
  });

  it("fails a step or function for good whose result JSON cannot hold", async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    const fn = await setUp({ isDev: true, handler: () => cyclic }).call(frame, null);
    expect([fn.status, fn.headers["x-inngest-no-retry"]]).toEqual([400, "true"]);
    expect(JSON.parse(fn.body).message).toContain("cannot be written as JSON");
    const step = await setUp({
      isDev: true,
      handler: (({ step }: { step: { run(id: string, fn: () => unknown): unknown } }) =>
        step.run("s", () => 1n)) as never,
    }).call(frame, null);
    expect([step.status, step.headers["x-inngest-no-retry"]]).toEqual([206, "true"]);
    expect(JSON.parse(step.body)[0]).toMatchObject({ op: "StepFailed", error: { name: "NonRetriableError" } });
  });
});

describe("steps that cannot be found or sent", () => {
  it("answers 500 with what was found, and lets the engine try again", async () => {
    const { request } = setUp({
      isDev: true,
      handler: (({ step }: { step: { run(id: string, fn: () => unknown): unknown } }) => {
        void step.run("other", () => 1);
        return 1;
      }) as never,
    });
    const response = await request("POST", `${URL_}?fnId=app-f&stepId=${"0".repeat(40)}`, JSON.stringify(frame));
    expect([response.status, response.headers["x-inngest-no-retry"]]).toEqual([500, "false"]);
    const found = { id: "d0941e68da8f38151ff86a61fc59f7c5cf9fcaa2", name: "other", displayName: "other" };
    expect(JSON.parse(response.body)).toEqual({
      error: `Could not find step "${"0".repeat(40)}" to run; timed out. Found new steps: other (${found.id}).`,
      requestedStep: "0".repeat(40),
      foundSteps: [found],
      totalFoundSteps: 1,
    });
  });

  it("says which address is wrong when the app's own cannot be worked out", async () => {
    const { request } = setUp({ isDev: true, serve: { serveOrigin: "http://[" } });
    const response = await request("PUT");
    expect([response.status, JSON.parse(response.body).type]).toEqual([500, "internal"]);
  });
});

describe("what a call's headers and options decide", () => {
  it("request, job and sessions are in the handler's context", async () => {
    const { request } = setUp({
      isDev: true,
      handler: (({ requestId, jobId, sessions, group, step }: Record<string, object>) => ({
        requestId,
        jobId,
        sessions,
        tools: [typeof group, typeof step],
      })) as never,
    });
    const withSession = { ...event, meta: { sessions: { chat: 7 } } };
    const body = JSON.stringify({ ...frame, event: withSession, events: [withSession] });
    const headers = { "x-request-id": "q", "x-inngest-job-id": "j" };
    const response = await request("POST", `${URL_}?fnId=app-f&stepId=step`, body, headers);
    expect(JSON.parse(response.body)).toEqual({
      requestId: "q",
      jobId: "j",
      sessions: { chat: "7" },
      tools: ["object", "object"],
    });
  });

  it("a step is reported, not run, when the engine forces a plan", async () => {
    const { request } = setUp({ isDev: true, handler: two });
    const headers = { "x-inngest-force-step-plan": "true" };
    const response = await request("POST", `${URL_}?fnId=app-f&stepId=step`, JSON.stringify(frame), headers);
    expect(JSON.parse(response.body)).toMatchObject([{ op: "StepPlanned", name: "a" }]);
  });

  it("without optimized parallelism the engine is told to call after each step", async () => {
    for (const [option, version] of [
      [undefined, "2"],
      [false, "1"],
    ] as const) {
      const client = new Inngest({
        id: "app",
        isDev: true,
        ...(option === undefined ? {} : { optimizeParallelism: option }),
      });
      const fn = client.createFunction({ id: "f", triggers: { event: "e" } }, () => 1);
      const handle = createHandler("test", { client, functions: [fn] });
      const body = JSON.stringify(frame);
      const url = `${URL_}?fnId=app-f&stepId=step`;
      const { headers } = await handle({ method: "POST", url, headers: { get: () => null }, text: async () => body });
      expect(headers["x-inngest-req-version"]).toBe(version);
    }
  });

  it("a function that fails with a step's error says which step it was, and onFailure hears of it", async () => {
    const hash = "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8";
    const { call } = setUp({ isDev: true, handler: two });
    const steps = { [hash]: { error: { name: "RangeError", message: "too far" } } };
    const response = await call({ ...frame, steps }, null);
    const error = JSON.parse(response.body);
    expect([response.status, error]).toMatchObject([400, { name: "RangeError", message: "too far", stepId: "a" }]);
    const client = new Inngest({ id: "app", isDev: true });
    const onFailure = ({ error: { name, message, stepId } }: { error: Error & { stepId?: string } }) => ({
      name,
      message,
      stepId,
    });
    const fn = client.createFunction({ id: "f", triggers: { event: "e" }, onFailure }, () => 1);
    const handle = createHandler("test", { client, functions: [fn] });
    const failed = {
      ...event,
      name: "inngest/function.failed",
      data: { function_id: "app-f", run_id: "r", error, event },
    };
    const body = JSON.stringify({ ...frame, event: failed, events: [failed] });
    const url = `${URL_}?fnId=app-f-failure&stepId=step`;
    const told = await handle({ method: "POST", url, headers: { get: () => null }, text: async () => body });
    expect(JSON.parse(told.body)).toEqual({ name: "RangeError", message: "too far", stepId: "a" });
  });

  it("an event that is sent again after a crash is sent with the same seed", async () => {
    const seeds: unknown[] = [];
    const { call } = setUp({
      handler: (({ step }: { step: Steps }) => step.sendEvent("send", { name: "x" })) as never,
      fetch: async (_url, init) => {
        seeds.push(new Headers(init?.headers).get("x-inngest-event-id-seed"));
        return new Response(JSON.stringify({ ids: ["1"], status: 200 }));
      },
    });
    await call(frame);
    await call(frame);
    expect(seeds).toEqual([expect.stringMatching(/^\d+,.{16}$/), seeds[0]]);
  });

  it("fails the function whose step's arguments JSON cannot hold", async () => {
    const invoke = (({ step }: { step: { invoke(id: string, options: unknown): unknown } }) =>
      step.invoke("i", { function: "app-f", data: { big: 1n } })) as never;
    const response = await setUp({ isDev: true, handler: invoke }).call(frame, null);
    expect([response.status, response.headers["x-inngest-no-retry"]]).toEqual([400, "true"]);
    expect(JSON.parse(response.body).message).toContain("arguments cannot be written as JSON");
  });
});
