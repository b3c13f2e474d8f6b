/** What the page asks besides the lists: states of runs in sight, one step, things done to picked runs, the stream. */
import { describe, expect, it } from "vitest";
import { startOperatedEngine } from "../../../helpers/operated-engine.ts";

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
});
