/** The typed client of an engine: what it asks, what it makes of answers, and what it does when none comes. */
import { build } from "esbuild";
import { createEngineClient, EngineApiError, isEngineApiError, type RunAnswer } from "stepwell-server/client";
import { describe, expect, expectTypeOf, it } from "vitest";
import { functionConfig, registration } from "../../helpers/core-engine.ts";
import { type OperatedEngine, startOperatedEngine } from "../../helpers/operated-engine.ts";
import { failure, result } from "../../helpers/scripted-caller.ts";

const signingKey = "c0ffee".repeat(10);

async function startShop(
  options: { auth?: { signingKey: string; eventKeys: string[] } } = {},
): Promise<OperatedEngine> {
  const engine = await startOperatedEngine({
    ...options,
    scripts: {
      "shop-good": () => result({ ok: true }),
      "shop-bad": () => failure({ name: "Error", message: "no stock" }, { noRetry: true }),
    },
  });
  await engine.engine.register(registration([functionConfig("shop-good"), functionConfig("shop-bad")], "shop"));
  return engine;
}

/** Answers with these, in their order. */
function answering(...answers: (Response | Error)[]): { fetch: typeof fetch; asked: string[] } {
  const asked: string[] = [];
  const fake: typeof fetch = async (input, init) => {
    asked.push(`${init?.method ?? "GET"} ${String(input)}`);
    const next = answers.shift() ?? new Error("nobody is there");
    if (next instanceof Error) throw next;
    return next;
  };
  return { fetch: fake, asked };
}

const refusal = (status: number, code: string): Response =>
  Response.json({ errors: [{ code, message: `It is ${code}.` }] }, { status });

describe("the client", () => {
  it("sends, lists page by page, reads and acts", async () => {
    const { url, idle } = await startShop();
    const client = createEngineClient({ url });
    for (let count = 0; count < 5; count++) await client.events.send({ name: "test/shop-good", data: { count } });
    await client.functions.invoke("shop-bad", { data: {} });
    await idle();
    const runs: RunAnswer[] = [];
    for await (const run of client.runs.all({ limit: 2, status: ["COMPLETED", "FAILED"] })) runs.push(run);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(6);
    const page = await client.runs.list({ functionId: "shop-bad", from: new Date(0) });
    expect(page.data).toMatchObject([{ status: "FAILED", error: { message: "no stock" } }]);
    const failed = page.data[0]?.id ?? "";
    expect(await client.runs.get(failed)).toMatchObject({ id: failed, output: { message: "no stock" } });
    expect(await client.runs.trace(failed)).toMatchObject({ id: failed, children: [{ status: "FAILED" }] });
    expect(await client.deadLetters.groups()).toMatchObject({ groups: [{ count: 1 }], isAll: true });
    expect(await client.deadLetters.drop(failed)).toEqual({ runId: failed });
    expect(await client.pauses.create({ scope: "all", reason: "deploy", author: "ana" })).toMatchObject({
      scope: "all",
    });
    expect(await client.pauses.resume({ scope: "all" })).toEqual({ resumed: true });
  });

  it("follows a run to its end", async () => {
    const { url, idle } = await startShop();
    const client = createEngineClient({ url });
    const { runId } = await client.functions.invoke("shop-good");
    await idle();
    const seen: string[] = [];
    for await (const { event, data } of client.runs.stream(runId))
      seen.push(event === "run" || event === "end" ? `${event} ${data.status}` : event);
    expect(seen).toEqual(["run COMPLETED", "end COMPLETED"]);
  });

  it("shows its key, and says which one is wrong by code and status", async () => {
    const { url } = await startShop({ auth: { signingKey, eventKeys: ["e"] } });
    expect(await createEngineClient({ url, apiKey: signingKey }).apps()).toMatchObject([{ id: "shop" }]);
    const refused = await createEngineClient({ url, apiKey: "wrong" })
      .apps()
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(EngineApiError);
    expect(isEngineApiError(refused) && [refused.status, refused.code]).toEqual([401, "unauthorized"]);
    expect(String(refused)).not.toContain("wrong");
  });
});

describe("a request that fails", () => {
  const quick = { url: "http://engine.test", retryDelayMs: 0 };

  it("is sent again when it reads and the engine cannot answer now", async () => {
    const page = Response.json({ data: [], page: { cursor: null, hasMore: false, limit: 20 } });
    const { fetch, asked } = answering(new Error("reset"), refusal(503, "store_busy"), page);
    await createEngineClient({ ...quick, fetch }).runs.list();
    expect(asked).toEqual(new Array(3).fill("GET http://engine.test/v2/runs"));
  });

  it("is not sent again when it changes something, or when it is refused", async () => {
    const { fetch, asked } = answering(refusal(503, "store_busy"), refusal(404, "run_not_found"));
    const client = createEngineClient({ ...quick, fetch });
    await expect(client.events.send({ name: "x" })).rejects.toMatchObject({ code: "store_busy", status: 503 });
    await expect(client.runs.get("17")).rejects.toMatchObject({
      code: "run_not_found",
      message: "It is run_not_found.",
    });
    expect(asked).toHaveLength(2);
  });

  it("says that nothing answers, after as many retries as were asked for", async () => {
    const { fetch, asked } = answering();
    const client = createEngineClient({ ...quick, fetch, retries: 1 });
    await expect(client.overview()).rejects.toMatchObject({ code: "unreachable", status: 0 });
    expect(asked).toHaveLength(2);
  });

  it("is given up when its caller does", async () => {
    const fetch = (_: unknown, init?: RequestInit): Promise<Response> => Promise.reject(init?.signal?.reason);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(createEngineClient({ ...quick, fetch }).overview({ signal })).rejects.toThrow("enough");
  });

  it.each([{ url: "engine" }, { retries: 1.5 }, { retries: 99 }])("is not even made with %j", (options) => {
    expect(() => createEngineClient(options)).toThrow(TypeError);
  });
});

it("takes a stream up where it was cut", async () => {
  const stream = (text: string): Response => new Response(text, { headers: { "content-type": "text/event-stream" } });
  const { fetch, asked } = answering(
    stream('id: 3-a\nevent: log\ndata: {"text":"one"}\n\nid: 4-a\nevent: lo'),
    stream('id: 4-a\nevent: log\ndata: {"text":"two"}\n\nid: 4-end\nevent: end\ndata: {"status":"COMPLETED"}\n\n'),
  );
  const lastIds: (string | null)[] = [];
  const noting: typeof fetch = (input, init) => {
    lastIds.push(new Headers(init?.headers).get("last-event-id"));
    return fetch(input, init);
  };
  const events: string[] = [];
  for await (const { event } of createEngineClient({ fetch: noting, retryDelayMs: 0 }).runs.stream("17"))
    events.push(event);
  expect(events).toEqual(["log", "log", "end"]);
  expect(lastIds).toEqual([null, "3-a"]);
  expect(asked).toHaveLength(2);
});

it("waits for an engine that is away while a stream is open, and says so", async () => {
  const stream = (text: string): Response => new Response(text, { headers: { "content-type": "text/event-stream" } });
  const { fetch, asked } = answering(
    stream('id: 1-a\nevent: log\ndata: {"text":"one"}\n\n'),
    ...Array.from({ length: 4 }, () => new Error("refused")),
    refusal(503, "shutting_down"),
    stream('id: 2-end\nevent: end\ndata: {"status":"COMPLETED"}\n\n'),
  );
  let lost = 0;
  const onLost = (): void => void lost++;
  const events: string[] = [];
  for await (const { event } of createEngineClient({ fetch, retryDelayMs: 0, retries: 0 }).runs.stream("17", {
    onLost,
  }))
    events.push(event);
  expect(events).toEqual(["log", "end"]);
  expect([lost, asked.length]).toEqual([6, 7]);
  // One that never began is not waited for, and neither is what refuses.
  const closed = answering();
  const reading = createEngineClient({ ...closed, retryDelayMs: 0, retries: 0 })
    .runs.stream("17")
    .next();
  await expect(reading).rejects.toMatchObject({ code: "unreachable" });
});

it("is small, and needs nothing of a server", async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'export * from "stepwell-server/client"', resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "neutral",
    conditions: ["stepwell-source"],
  });
  const [{ text = "" } = {}] = outputFiles;
  expect(text).not.toMatch(/node:|process\.|Buffer/);
  expect(text.length).toBeLessThan(8000);
});

it("has the types of answers", () => {
  const client = createEngineClient();
  expectTypeOf(client.runs.get).returns.resolves.toEqualTypeOf<RunAnswer>();
  expectTypeOf(client.runs.list).parameter(0).toExtend<{ status?: unknown } | undefined>();
});
