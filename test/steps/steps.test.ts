import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { opcodes, runCompleteId } from "../../src/protocol/index.ts";
import {
  emittedOpcodes,
  hashStepId,
  repeatedId,
  type StepCall,
  StepIdCounter,
  type StepTools,
} from "../../src/steps/index.ts";
import { setUp } from "./set-up-tools.ts";

describe("step ids", () => {
  it("are SHA-1, for more ids than are remembered, and of any length", () => {
    for (let i = 0; i < 5000; i++) {
      const id = `step ü ${i}${"€😀x".repeat(i % 90)}`;
      expect(hashStepId(id)).toBe(createHash("sha1").update(id).digest("hex"));
    }
    expect(hashStepId("complete")).toBe(runCompleteId);
  });

  it("count repeats from the second on", () => {
    const counter = new StepIdCounter();
    expect(["a", "a", "b", "a"].map((id) => repeatedId(id, counter.indexOf(id)))).toEqual(["a", "a:1", "b", "a:2"]);
  });
});

type Make = (tools: StepTools) => Promise<unknown>;

/** What the one call of a tool becomes. */
async function callOf(make: Make, answer?: unknown): Promise<StepCall> {
  const { tools, calls } = setUp(answer);
  await make(tools);
  expect(calls).toHaveLength(1);
  return calls[0] as StepCall;
}

const model = { model: "m", apiKey: "key" };
// A function is known by its brand; its type has no part in this.
const fn = { [Symbol.toStringTag]: "Inngest.Function", id: (prefix: string) => `${prefix}-child` };
const response = { status_code: 200, headers: {}, body: "" };

describe("step tools", () => {
  const made: [string, Make, Partial<StepCall>][] = [
    ["run", ({ run }) => run("r", (a: number) => a, 1), { op: "StepPlanned", name: "r", opts: { input: [1] } }],
    ["sleep", ({ sleep }) => sleep("s", "1.5h"), { op: "Sleep", name: "1h30m", opts: {}, run: null }],
    [
      "sleepUntil",
      ({ sleepUntil }) => sleepUntil("u", new Date(0)),
      { op: "Sleep", name: "1970-01-01T00:00:00.000Z", opts: {}, run: null },
    ],
    [
      "waitForEvent",
      ({ waitForEvent }) => waitForEvent("w", { event: "e", timeout: 90_000, match: "data.id" }),
      { op: "WaitForEvent", name: "e", opts: { timeout: "1m30s", if: "event.data.id == async.data.id" }, run: null },
    ],
    [
      "waitForEvent until a moment",
      ({ waitForEvent }) => waitForEvent("w", { event: { name: "typed" } as never, timeout: new Date(0) }),
      { name: "typed", opts: { timeout: "1970-01-01T00:00:00.000Z" } },
    ],
    [
      "waitForSignal",
      ({ waitForSignal }) => waitForSignal("w", { signal: "s", timeout: "1d", onConflict: "replace" }),
      { op: "WaitForSignal", name: "s", opts: { signal: "s", timeout: "1d", conflict: "replace" }, run: null },
    ],
    [
      "sendSignal",
      ({ sendSignal }) => sendSignal("s", { signal: "x", data: 1 }),
      { op: "StepPlanned", name: "sendSignal", opts: { type: "step.sendSignal", signal: "x" } },
    ],
    [
      "sendEvent",
      ({ sendEvent }) => sendEvent("e", { name: "x" }),
      { op: "StepPlanned", name: "sendEvent", opts: { type: "step.sendEvent" } },
    ],
    [
      "invoke",
      ({ invoke }) => invoke("i", { function: fn as object, data: { n: 1 }, v: "2", timeout: "1h" }),
      {
        op: "InvokeFunction",
        name: undefined,
        opts: { payload: { data: { n: 1 }, v: "2" }, function_id: "app-child", timeout: "1h" },
        run: null,
      },
    ],
    [
      "invoke by id",
      ({ invoke }) => invoke("i", { function: "other-f" }),
      { opts: { payload: {}, function_id: "other-f" } },
    ],
    [
      "invoke of another app's function",
      ({ invoke }) => invoke("i", { function: { ...fn, client: { id: "other" } } as object }),
      { opts: { payload: {}, function_id: "other-child" } },
    ],
    [
      "invoke by reference",
      ({ invoke }) =>
        invoke("i", {
          function: { [Symbol.toStringTag]: "Inngest.FunctionReference", opts: { functionId: "f" } } as object,
        }),
      { opts: { payload: {}, function_id: "app-f" } },
    ],
    [
      "invoke by reference to another app",
      ({ invoke }) =>
        invoke("i", {
          function: {
            [Symbol.toStringTag]: "Inngest.FunctionReference",
            opts: { appId: "b", functionId: "f" },
          } as object,
        }),
      { opts: { payload: {}, function_id: "b-f" } },
    ],
    [
      "fetch",
      ({ fetch }) => fetch(new URL("https://a.test:8/x"), { method: "PUT", body: "text", headers: { A: "b" } }),
      {
        op: "Gateway",
        id: "step.fetch: a.test",
        opts: {
          url: "https://a.test:8/x",
          method: "PUT",
          headers: { a: "b", "content-type": "text/plain;charset=UTF-8" },
          body: "text",
        },
        run: null,
      },
    ],
    [
      "fetch of a Request",
      ({ fetch }) => fetch(new Request("https://a.test/", { method: "POST", body: new Blob(["blob"]) })),
      { opts: { url: "https://a.test/", method: "POST", headers: {}, body: "blob" } },
    ],
    [
      "fetch without a body",
      ({ fetch }) => fetch("https://a.test/"),
      { opts: { url: "https://a.test/", method: "GET", headers: {} } },
    ],
    [
      "ai.infer",
      ({ ai }) => ai.infer("a", { model: ai.models.openai(model), body: { messages: [] } }),
      {
        op: "AIGateway",
        name: undefined,
        opts: {
          type: "step.ai.infer",
          url: "https://api.openai.com/v1/chat/completions",
          auth_key: "key",
          format: "openai-chat",
          body: { messages: [], model: "m" },
        },
        run: null,
      },
    ],
    [
      "ai.wrap",
      ({ ai }) => ai.wrap("a", (text: string) => text, "hi"),
      { op: "StepPlanned", name: "a", opts: { input: ["hi"], type: "step.ai.wrap" } },
    ],
  ];

  it.each(made)("%s becomes its operation", async (_name, make, expected) => {
    expect(await callOf(make, response)).toMatchObject(expected);
  });

  it("emit what the table of opcodes says", () => {
    expect(Object.keys(emittedOpcodes)).toEqual([...opcodes]);
  });

  it("show names, and mark races", async () => {
    const call = await callOf(({ sleep }) => sleep({ id: "s", name: "Nap", parallelMode: "race" }, 1000));
    expect(call).toMatchObject({ id: "s", displayName: "Nap", opts: { parallelMode: "race" } });
  });

  it("do the work that is theirs when they are run", async () => {
    const { tools, calls, sent } = setUp();
    await tools.run("r", (a: number, b: number) => a + b, 1, 2);
    await tools.sendEvent("e", [{ name: "x" }]);
    await tools.sendSignal("s", { signal: "sig" });
    const [run, event, signal] = calls as [StepCall, StepCall, StepCall];
    expect(run.run?.([5, 6], "hash")).toBe(11);
    expect(await event.run?.(event.input, "hash")).toEqual({ ids: ["1"] });
    expect(await signal.run?.(signal.input, "hash")).toEqual({ runId: "woken" });
    expect(sent.map(({ payload }) => payload)).toEqual([[{ name: "x" }], { signal: "sig" }]);
  });

  it("send events with a seed that only the run, the step and the request decide", async () => {
    const seedsOf = async (hash: string): Promise<string[]> => {
      const { tools, calls, sent } = setUp();
      await tools.sendEvent("e", [{ name: "x" }]);
      await calls[0]?.run?.(calls[0].input, hash);
      return sent[0]?.seeds as string[];
    };
    const seeds = await seedsOf("one");
    expect(await seedsOf("one")).toEqual(seeds);
    expect(new Set([...seeds, ...(await seedsOf("two"))]).size).toBe(4);
    // The time in the run's id, which is a ULID, and ten bytes.
    for (const seed of seeds) expect(seed).toMatch(/^1795306600748,[A-Za-z0-9+/]{14}==$/);
  });
});

describe("step.fetch", () => {
  it("gives a Response made of the engine's answer", async () => {
    const answer = { status_code: 201, headers: { "Content-Type": "application/json" }, body: '{"a":1}', url: "x" };
    const { tools } = setUp(answer);
    const got = await tools.fetch("https://a.test/");
    expect([got.status, got.headers.get("content-type"), await got.json()]).toEqual([
      201,
      "application/json",
      { a: 1 },
    ]);
    const empty = await setUp({ status_code: 204, headers: {}, body: "" }).tools.fetch("https://a.test/");
    expect([empty.status, empty.body]).toEqual([204, null]);
  });

  it("does not ask when its signal is aborted, nor for what is no address", async () => {
    const { tools, calls } = setUp(response);
    await expect(tools.fetch("https://a.test/", { signal: AbortSignal.abort(new Error("too late")) })).rejects.toThrow(
      "too late",
    );
    await expect(tools.fetch("/relative")).rejects.toThrow(TypeError);
    expect(calls).toEqual([]);
  });
});

describe("models", () => {
  const { models } = setUp().tools.ai;
  const azure = { endpoint: "https://r.openai.azure.com", deployment: "d 1", apiVersion: "2025-01-01" };

  it.each([
    ["openai", models.openai(model), "openai-chat", "https://api.openai.com/v1/chat/completions"],
    ["openaiResponses", models.openaiResponses(model), "openai-responses", "https://api.openai.com/v1/responses"],
    ["grok", models.grok(model), "grok", "https://api.x.ai/v1/chat/completions"],
    ["deepseek", models.deepseek(model), "openai-chat", "https://api.deepseek.com/v1/chat/completions"],
    [
      "gemini",
      models.gemini(model),
      "gemini",
      "https://generativelanguage.googleapis.com/v1beta/models/m:generateContent?key=key",
    ],
    [
      "anthropic",
      models.anthropic({ ...model, defaultParameters: { max_tokens: 5 } }),
      "anthropic",
      "https://api.anthropic.com/v1/messages",
    ],
    [
      "azureOpenai",
      models.azureOpenai({ ...model, ...azure }),
      "azure-openai",
      "https://r.openai.azure.com/openai/deployments/d%201/chat/completions?api-version=2025-01-01",
    ],
  ])("%s knows its address and dialect", (_name, made, format, url) => {
    expect(made).toMatchObject({ format, url, authKey: "key" });
  });

  it("fill in what the step leaves open, in copies", async () => {
    const body = { temperature: 1 };
    const made = models.openai({
      ...model,
      baseUrl: "http://local/api",
      defaultParameters: { temperature: 0, top_p: 1 },
    });
    const { opts } = await callOf(({ ai }) => ai.infer("a", { model: made, body }));
    expect(opts).toMatchObject({
      url: "http://local/api/chat/completions",
      body: { temperature: 1, top_p: 1, model: "m" },
    });
    expect(body).toEqual({ temperature: 1 });
    expect((await callOf(({ ai }) => ai.infer("a", { model: models.gemini(model), body }))).opts).toMatchObject({
      body,
    });
  });

  it("add the headers that their API asks for", async () => {
    const defaultParameters = { max_tokens: 5 };
    const claude = models.anthropic({ ...model, defaultParameters, betaHeaders: ["x", "y"] });
    const { opts } = await callOf(({ ai }) => ai.infer("a", { model: claude, body: {} }));
    expect(opts).toMatchObject({
      headers: { "anthropic-version": "2023-06-01", "anthropic-beta": "x,y" },
      body: { max_tokens: 5, model: "m" },
    });
    expect(models.azureOpenai({ ...model, ...azure }).headers).toEqual({
      "Content-Type": "application/json",
      "api-key": "key",
    });
    expect(models.gemini(model).headers).toEqual({});
  });

  it("take their key from the environment when it is not given", () => {
    const before = process.env["XAI_API_KEY"];
    process.env["XAI_API_KEY"] = "from-env";
    expect(models.grok({ model: "m" }).authKey).toBe("from-env");
    delete process.env["XAI_API_KEY"];
    expect(models.grok({ model: "m" }).authKey).toBe("");
    if (before !== undefined) process.env["XAI_API_KEY"] = before;
  });

  it.each([
    [() => models.openai({} as never), "openai() needs `model`"],
    [() => models.anthropic(model as never), "anthropic() needs `defaultParameters: { max_tokens }`"],
    [() => models.azureOpenai(model as never), "azureOpenai() needs `endpoint`"],
  ])("say what is missing", (make, message) => {
    expect(make).toThrow(message);
  });
});
