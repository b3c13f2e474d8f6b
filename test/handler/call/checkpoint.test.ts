/** Where the steps of a call are saved while it goes on. */
import { describe, expect, it, vi } from "vitest";
import { createHandler } from "../../../src/handler/index.ts";
import { Inngest } from "../../../src/index.ts";
import { frame, setUp, two, URL_ } from "../set-up-app.ts";

const inProgress = { ...frame, ctx: { ...frame.ctx, fn_id: "fn", qi_id: "item", request_id: "req", generation_id: 3 } };

/** An app whose checkpoints are answered with these statuses, in order, and with 200 after that; 0: it cannot be reached. */
function checkpointing(...statuses: number[]) {
  const posts: { path: string; headers: Record<string, string>; body: Record<string, unknown> }[] = [];
  const fetcher: typeof fetch = async (url, init) => {
    const body = JSON.parse(String(init?.body)) as Record<string, unknown>;
    posts.push({ path: new URL(String(url)).pathname, headers: init?.headers as Record<string, string>, body });
    const status = statuses.shift() ?? 200;
    if (status === 0) throw new TypeError("fetch failed");
    return new Response("", { status });
  };
  return { ...setUp({ handler: two, fetch: fetcher }), posts };
}

/** Lets a call's timers pass at once; its signatures take real time, in other threads. */
async function hurried<T>(pending: Promise<T>): Promise<T> {
  let ended = false;
  void pending.finally(() => {
    ended = true;
  });
  while (!ended) {
    await vi.advanceTimersByTimeAsync(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return pending;
}

describe("checkpoints", () => {
  it("go to the engine's API with the signing key, and hold no more than the protocol says", async () => {
    const { call, posts } = checkpointing();
    const response = await call(inProgress);
    expect([response.status, JSON.parse(response.body)]).toEqual([
      206,
      [{ op: "RunComplete", id: "0737c22d3bfae812339732d14d8c7dbd6dc4e09c", data: [1, 2] }],
    ]);
    expect(posts.map(({ path }) => path)).toEqual(["/v1/checkpoint/r1/async", "/v1/checkpoint/r1/async"]);
    expect(posts[0]?.headers["authorization"]).toMatch(/^Bearer signkey-prod-[0-9a-f]{64}$/);
    expect(posts[0]?.body).toMatchObject({
      run_id: "r1",
      fn_id: "fn",
      qi_id: "item",
      request_id: "req",
      generation_id: 3,
    });
    const [step] = (posts[0]?.body["steps"] ?? []) as object[];
    expect(Object.keys(step ?? {})).toEqual(["id", "op", "name", "opts", "displayName", "userland", "data", "timing"]);
  });

  it("read the environment no more often than one call does", async () => {
    const reads = ["headers", "apiBaseUrl"].map((name) => vi.spyOn(Inngest.prototype, name as "headers", "get"));
    const { call, posts } = checkpointing();
    await call(inProgress);
    expect(posts).toHaveLength(2);
    expect(reads.map((read) => read.mock.calls.length)).toEqual([1, 1]);
    vi.restoreAllMocks();
  });

  it("are tried five times, and then their steps go into the answer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const { call, posts, logs } = checkpointing(500, 0, 503, 429, 502);
    const response = await hurried(call(inProgress));
    vi.useRealTimers();
    expect([response.status, posts.length]).toEqual([206, 5]);
    expect(JSON.parse(response.body)).toMatchObject([{ op: "StepRun", name: "a", data: 1 }]);
    expect(logs).toEqual([expect.stringContaining("A checkpoint of run r1 failed: the engine answered 502")]);
  });

  it("go on after a failure that passes, and give up at once on one that does not", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const passing = checkpointing(500, 200);
    const ended = await hurried(passing.call(inProgress));
    expect(JSON.parse(ended.body)).toMatchObject([{ op: "RunComplete" }]);
    vi.useRealTimers();
    const refused = checkpointing(400);
    expect(JSON.parse((await refused.call(inProgress)).body)).toMatchObject([{ op: "StepRun", name: "a" }]);
    expect(refused.posts.length).toBe(1);
  });

  it("end the call for good when it is stale", async () => {
    const { call, posts } = checkpointing(200, 409);
    const response = await call(inProgress);
    expect([response.status, response.headers["x-inngest-no-retry"]]).toEqual([400, "true"]);
    expect(JSON.parse(response.body).message).toContain("another call has taken this run over");
    expect(posts.length).toBe(2);
  });

  it.each([
    ["the engine names no function", { ...inProgress.ctx, fn_id: undefined }],
    ["the engine names no job", { ...inProgress.ctx, qi_id: "" }],
    ["the engine forbids running steps at once", { ...inProgress.ctx, disable_immediate_execution: true }],
  ])("are not made when %s", async (_why, ctx) => {
    const { call, posts } = checkpointing();
    expect(JSON.parse((await call({ ...frame, ctx })).body)).toMatchObject([{ name: "a" }]);
    expect(posts).toEqual([]);
  });

  it("are not made when the client or the function says so", async () => {
    for (const options of [{ client: false }, { client: true, fn: false }, { client: false, fn: true }]) {
      const posts: unknown[] = [];
      const client = new Inngest({
        id: "app",
        isDev: true,
        checkpointing: options.client,
        fetch: async (url) => {
          posts.push(url);
          return new Response("");
        },
      });
      const own = options.fn === undefined ? {} : { checkpointing: options.fn };
      const fn = client.createFunction({ id: "f", triggers: { event: "e" }, ...own }, two as never);
      const handle = createHandler("test", { client, functions: [fn] });
      const body = JSON.stringify(inProgress);
      await handle({
        method: "POST",
        url: `${URL_}?fnId=app-f&stepId=step`,
        headers: { get: () => null },
        text: async () => body,
      });
      expect(posts.length > 0).toBe(options.fn ?? options.client);
    }
  });
});
