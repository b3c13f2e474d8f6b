/** What the page asks besides the lists: states of runs in sight, one step, things done to picked runs, the queue, the stream. */
import { describe, expect, it } from "vitest";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";
import { type OperatedEngine, startOperatedEngine } from "../../../helpers/operated-engine.ts";
import { failure, operations } from "../../../helpers/scripted-caller.ts";

async function startShop(): Promise<OperatedEngine> {
  const api = await startOperatedEngine({
    scripts: {
      "shop-bad": () => failure({ name: "Error", message: "no stock" }, { noRetry: true }),
      "shop-nap": () => operations([{ op: "Sleep", id: "a".repeat(40), displayName: "nap", name: "1h", opts: {} }]),
    },
  });
  await api.engine.register(registration([functionConfig("shop-bad"), functionConfig("shop-nap")], "shop"));
  return api;
}

describe("GET /v2/dead-letter-count", () => {
  it("counts what waits for someone, and stops at 99", async () => {
    const { ask, send, engine } = await startShop();
    expect(await ask("GET", "/v2/dead-letter-count")).toMatchObject({ data: { count: 0, isAll: true } });
    await send("test/shop-bad", {});
    await send("test/shop-bad", {});
    expect(await ask("GET", "/v2/dead-letter-count")).toMatchObject({ data: { count: 2, isAll: true } });
    const body = Array.from({ length: 98 }, () => ({ name: "test/shop-bad", data: {} }));
    await engine.ingest({ body, seed: null });
    await ask("GET", "/v2/engine");
    expect(await ask("GET", "/v2/dead-letter-count")).toMatchObject({ data: { count: 99, isAll: false } });
  });
});

describe("GET /v2/queue", () => {
  it("looks at the open runs once in a while, however many ask", async () => {
    const { ask, send, advance } = await startShop();
    await send("test/shop-nap", {});
    const seen = { rows: [{ function: { id: "shop-nap" }, kind: "sleep", count: 1, nextAt: expect.any(String) }] };
    expect(await ask("GET", "/v2/queue")).toMatchObject({ data: { ...seen, looked: 1, isAll: true } });
    await send("test/shop-nap", {});
    expect(await ask("GET", "/v2/queue")).toMatchObject({ data: { ...seen, looked: 1 } });
    await advance(2000);
    expect(await ask("GET", "/v2/queue")).toMatchObject({ data: { looked: 2, rows: [{ count: 2 }] } });
  });
});

describe("GET /v2/run-states", () => {
  it("refuses ids that are none, and leaves out runs that there are not", async () => {
    const { ask } = await startOperatedEngine();
    await ask("GET", "/v2/run-states?runId=nonsense", undefined, 400);
    expect(await ask("GET", "/v2/run-states?runId=01M8FZFMD806FMHK808QWJS700")).toMatchObject({ data: [] });
  });
});

describe("POST /v2/run-actions", () => {
  it("refuses what it does not know, and says of each run how it went", async () => {
    const { ask } = await startOperatedEngine();
    await ask("POST", "/v2/run-actions", { action: "explode", runIds: ["01M8FZFMD806FMHK808QWJS700"] }, 400);
    await ask("POST", "/v2/run-actions", { action: "cancel", runIds: [] }, 400);
    const answer = await ask("POST", "/v2/run-actions", {
      action: "cancel",
      runIds: ["01M8FZFMD806FMHK808QWJS700"],
    });
    expect(answer).toMatchObject({
      data: { done: 0, results: [{ isDone: false, error: { code: "run_not_found" } }] },
    });
  });
});

describe("GET /v2/stream", () => {
  it("tells what is paused while it is, and ends when the reader goes", async () => {
    const { ask, url, advance } = await startOperatedEngine();
    const controller = new AbortController();
    const response = await fetch(`${url}/v2/stream`, { signal: controller.signal });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain("event: hello");
    await ask("POST", "/v2/pauses", { scope: "all", reason: "test", author: "ana" }, 201);
    await advance(200);
    expect((await reader?.read())?.value).toContain('"topics":["pauses"]');
    controller.abort();
  });

  it("tells of dead letters when picked ones are dropped", async () => {
    const { ask, url, advance, send, runOf } = await startShop();
    const { id } = await runOf(await send("test/shop-bad", {}));
    const controller = new AbortController();
    const response = await fetch(`${url}/v2/stream`, { signal: controller.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain("event: hello");
    await ask("POST", "/v2/run-actions", { action: "drop", runIds: [id] });
    await advance(200);
    expect((await reader?.read())?.value).toContain('"topics":["runs","dead-letters"]');
    controller.abort();
  });
});
