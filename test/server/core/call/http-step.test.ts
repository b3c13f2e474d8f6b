import type { Operation } from "stepwell/protocol";
import { describe, expect, it, onTestFinished } from "vitest";
import type { OutgoingRequest } from "../../../../server/src/domain/outgoing-request.ts";
import type { RequestOutcome } from "../../../../server/src/ports/http-client.ts";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open-store.ts";
import { createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { operations, result, type Script } from "../../../helpers/scripted-caller.ts";
import { engineWith } from "../../../helpers/wait-engine.ts";

const fetches = (opts: Record<string, unknown>): Operation => ({ op: "Gateway", id: "g", displayName: "get it", opts });
const infers = (opts: Record<string, unknown>): Operation => ({ op: "AIGateway", id: "g", displayName: "ask", opts });

const asks =
  (operation: Operation): Script =>
  ({ body }) =>
    "g" in body.steps ? result(body.steps.g) : operations([operation]);

const answer = (body: string, status = 200, retryAt: number | null = null): RequestOutcome => ({
  kind: "answered",
  url: "http://api.test/final",
  status,
  headers: { "Content-Type": "application/json" },
  body,
  retryAt,
});

async function engineAnswering(operation: Operation, outcomes: RequestOutcome[], config: Record<string, unknown> = {}) {
  const requests: OutgoingRequest[] = [];
  const http = (request: OutgoingRequest): RequestOutcome => {
    requests.push(request);
    return outcomes[Math.min(requests.length, outcomes.length) - 1] as RequestOutcome;
  };
  const core = await engineWith({ "app-f": asks(operation) }, config, { http });
  return { core, requests };
}

describe("step.fetch", () => {
  it("remembers the answer, whatever its status", async () => {
    const opts = {
      url: "http://u:p@api.test/x?key=secret",
      method: "post",
      headers: { "X-A": "1", list: ["a", "b"], n: 5 },
      body: '{"a":1}',
    };
    const { core, requests } = await engineAnswering(fetches(opts), [answer("no", 404)]);
    const id = await core.send("test/app-f");
    expect(await core.output(id)).toEqual({
      data: {
        url: "http://api.test/final",
        headers: { "Content-Type": "application/json" },
        body: "no",
        status_code: 404,
      },
    });
    expect(requests).toEqual([
      { url: opts.url, method: "POST", headers: { "X-A": "1", list: "a, b", n: "5" }, body: '{"a":1}' },
    ]);
    const [step] = await core.store.listSteps((await core.runOf(id)).id);
    expect(step).toMatchObject({ op: "Gateway", status: "Completed", attempts: 1 });
    expect(step?.detail).toBe('{"method":"POST","url":"http://api.test/x"}');
  });

  it("without a method gets, and sends JSON for what is no text", async () => {
    const { core, requests } = await engineAnswering(fetches({ url: "http://api.test" }), [answer("")]);
    await core.send("test/app-f");
    expect(requests[0]).toEqual({ url: "http://api.test", method: "GET", headers: {}, body: null });
    const second = await engineAnswering(fetches({ url: "http://api.test", method: "PUT", body: { b: 1 } }), [
      answer(""),
    ]);
    await second.core.send("test/app-f");
    expect(second.requests[0]?.body).toBe('{"b":1}');
  });

  it("without an answer is tried again, and then fails the step", async () => {
    const failed: RequestOutcome = { kind: "failed", message: "No answer from api.test" };
    const { core, requests } = await engineAnswering(fetches({ url: "http://api.test" }), [failed], { retries: 2 });
    const id = await core.send("test/app-f");
    expect(requests).toHaveLength(1);
    await core.advance(10_000);
    expect(requests).toHaveLength(3);
    expect(await core.output(id)).toEqual({ error: { name: "GatewayError", message: "No answer from api.test" } });
    const attempts = await core.store.listAttempts((await core.runOf(id)).id);
    expect(attempts.map(({ attempt, retryAt }) => [attempt, retryAt === null])).toEqual([
      [0, false],
      [1, false],
      [2, true],
    ]);
  });

  it("recovers on a later try", async () => {
    const { core } = await engineAnswering(fetches({ url: "http://api.test" }), [
      { kind: "failed", message: "x" },
      answer("ok"),
    ]);
    const id = await core.send("test/app-f");
    await core.advance(10_000);
    expect(await core.output(id)).toMatchObject({ data: { body: "ok" } });
  });

  it.each([
    ["no url", {}, "absolute http or https"],
    ["a url that is none", { url: "file:///etc/passwd" }, "absolute http or https"],
    ["a bad method", { url: "http://a.test", method: "NO NO" }, "`method`"],
    ["a method that is refused", { url: "http://a.test", method: "CONNECT" }, "`method`"],
    ["a body that a GET cannot have", { url: "http://a.test", body: "x" }, "cannot have a body"],
    ["headers that are none", { url: "http://a.test", headers: ["x"] }, "must be an object"],
    ["a header that is none", { url: "http://a.test", headers: { a: { b: 1 } } }, 'header "a" must be a text'],
    ["a body that is too big", { url: "http://a.test", method: "POST", body: "x".repeat(4_200_000) }, "the most is"],
    ["publish", { url: "http://a.test", publish: { channel: "c", topic: "t" } }, "realtime channels"],
  ])("with %s fails the step, and asks nobody", async (_what, opts, message) => {
    const { core, requests } = await engineAnswering(fetches(opts), [answer("")]);
    const output = await core.output(await core.send("test/app-f"));
    expect(output).toMatchObject({ error: { name: "GatewayError", message: expect.stringContaining(message) } });
    expect(requests).toEqual([]);
  });

  it("an answer that is too big to remember fails the step at once", async () => {
    const { core, requests } = await engineAnswering(fetches({ url: "http://a.test" }), [
      answer("ü".repeat(2_100_000)),
    ]);
    const output = await core.output(await core.send("test/app-f"));
    expect(output).toMatchObject({
      error: { name: "GatewayError", message: expect.stringContaining("over the limit") },
    });
    expect(requests).toHaveLength(1);
  });

  it("in race mode calls the function at once", async () => {
    const script: Script = ({ body }) =>
      "g" in body.steps
        ? result("fetched")
        : operations([
            fetches({ url: "http://a.test", parallelMode: "race" }),
            { op: "Sleep", id: "z", name: "1d", opts: { parallelMode: "race" } },
          ]);
    const core = await engineWith({ "app-f": script }, {}, { http: () => answer("x") });
    expect(await core.output(await core.send("test/app-f"))).toBe("fetched");
  });

  it("is given back when the engine stops, and asked for again by the next one", async () => {
    const store = openSqliteStore({ directory: null });
    const shared: typeof store = { ...store, close: async () => {} };
    let requests = 0;
    const http = (): Promise<RequestOutcome> => {
      requests += 1;
      return new Promise(() => {});
    };
    const scripts = { "app-f": asks(fetches({ url: "http://a.test" })) };
    const first = await createCoreEngine({ scripts, store: shared, http });
    await first.engine.register(registration([functionConfig("app-f")]));
    const { ids } = await first.engine.ingest({ body: { name: "test/app-f" }, seed: null });
    while (requests === 0) await new Promise((resolve) => setImmediate(resolve));
    await first.stop();
    const second = await createCoreEngine({ scripts, store, clock: first.clock, http: () => answer("again") });
    onTestFinished(() => second.stop());
    await second.idle();
    expect(await second.output(ids[0] ?? "")).toMatchObject({ data: { body: "again" } });
    const [step] = await second.store.listSteps((await second.runOf(ids[0] ?? "")).id);
    expect(step?.attempts).toBe(1);
  });

  it("is tried again when the client itself breaks", async () => {
    let requests = 0;
    const http = (): RequestOutcome => {
      requests += 1;
      if (requests === 1) throw new TypeError("broken client");
      return answer("ok");
    };
    const core = await engineWith({ "app-f": asks(fetches({ url: "http://a.test" })) }, {}, { http });
    const id = await core.send("test/app-f");
    await core.advance(120_000);
    expect(await core.output(id)).toMatchObject({ data: { body: "ok" } });
  });

  it("of a run that was cancelled is stopped and forgotten", async () => {
    const started: string[] = [];
    const http = (request: OutgoingRequest): Promise<RequestOutcome> => {
      started.push(request.url);
      return new Promise(() => {});
    };
    const core = await engineWith({ "app-f": asks(fetches({ url: "http://a.test" })) }, {}, { http });
    const { ids } = await core.engine.ingest({ body: { name: "test/app-f" }, seed: null });
    while (started.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const run = await core.runOf(ids[0] ?? "");
    await core.engine.cancelRun(run.id);
    expect(await core.runOf(ids[0] ?? "")).toMatchObject({ status: "Cancelled", stepCount: 0 });
  });
});

describe("step.ai.infer", () => {
  it("keeps what the model's answer says of itself", async () => {
    const body = '{"id":"c1","model":"gpt-4o","usage":{"prompt_tokens":12,"completion_tokens":3}}';
    const { core } = await engineAnswering(
      infers({ url: "http://ai.test", body: {} }),
      [answer("{}", 500), answer(body)],
      {
        retries: 1,
      },
    );
    const id = await core.send("test/app-f");
    await core.advance(40_000);
    const run = await core.runOf(id);
    const [entry, ...more] = await core.store.listMetadata(run.id);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ stepId: "g", kind: "inngest.ai" });
    expect(JSON.parse(entry?.values ?? "")).toEqual({
      response_model: "gpt-4o",
      response_id: "c1",
      input_tokens: 12,
      output_tokens: 3,
      latency_ms: 0,
    });
  });

  const opts = {
    url: "http://ai.test/v1/chat?key=q",
    auth_key: "sk-secret",
    format: "openai-chat",
    body: { model: "m", messages: [] },
  };

  it.each([
    ["openai-chat", { authorization: "Bearer sk-secret" }],
    ["grok", { authorization: "Bearer sk-secret" }],
    ["anthropic", { "x-api-key": "sk-secret", "anthropic-version": "2023-06-01" }],
    ["gemini", { "x-goog-api-key": "sk-secret" }],
    ["azure-openai", { "api-key": "sk-secret" }],
    ["constructor", { authorization: "Bearer sk-secret" }],
  ])("shows the key as %s wants it, and remembers the provider's answer", async (format, headers) => {
    const { core, requests } = await engineAnswering(infers({ ...opts, format }), [answer('{"choices":[1]}')]);
    const id = await core.send("test/app-f");
    expect(await core.output(id)).toEqual({ data: { choices: [1] } });
    expect(requests[0]).toEqual({
      url: opts.url,
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: '{"model":"m","messages":[]}',
    });
    const run = await core.runOf(id);
    const shown = JSON.stringify([await core.store.listSteps(run.id), core.activities, core.warnings]);
    expect(shown).not.toContain("sk-secret");
    expect(shown).not.toContain("key=q");
  });

  it("leaves the author's own headers as they are, and does without a key", async () => {
    const own = {
      ...opts,
      auth_key: undefined,
      headers: { "Content-Type": "application/x", "anthropic-version": "beta" },
    };
    const { core, requests } = await engineAnswering(infers(own), [answer("{}")]);
    await core.send("test/app-f");
    expect(requests[0]?.headers).toEqual({ "Content-Type": "application/x", "anthropic-version": "beta" });
    const text = await engineAnswering(infers({ ...opts, body: "as it is", auth_key: "" }), [answer("{}")]);
    await text.core.send("test/app-f");
    expect(text.requests[0]).toMatchObject({ body: "as it is", headers: { "content-type": "application/json" } });
  });

  it("is tried again above 299, when the provider says, and then fails the step without the key", async () => {
    const start = Date.UTC(2026, 0, 1);
    const { core, requests } = await engineAnswering(
      infers(opts),
      [answer("busy", 429, start + 5000), answer("broken", 500)],
      { retries: 1 },
    );
    const id = await core.send("test/app-f");
    await core.advance(4999);
    expect(requests).toHaveLength(1);
    await core.advance(1);
    const output = await core.output(id);
    expect(output).toEqual({
      error: { name: "AIGatewayError", message: "The model's provider answered with status 500", data: "broken" },
    });
    const attempts = JSON.stringify(await core.store.listAttempts((await core.runOf(id)).id));
    expect(attempts + JSON.stringify(core.activities)).not.toContain("sk-secret");
  });

  it.each([
    ["an answer that is no JSON", [answer("<html>")], opts, "no JSON"],
    ["no answer", [{ kind: "failed", message: "No answer from ai.test" } as const], opts, "No answer"],
    ["no body", [answer("{}")], { ...opts, body: undefined }, "has no `body`"],
    ["a key that is none", [answer("{}")], { ...opts, auth_key: 5 }, "`auth_key` must be a text"],
  ])("with %s fails the step", async (_what, outcomes, given, message) => {
    const { core } = await engineAnswering(infers(given), outcomes, { retries: 0 });
    const output = await core.output(await core.send("test/app-f"));
    expect(output).toMatchObject({ error: { name: "AIGatewayError", message: expect.stringContaining(message) } });
  });
});
