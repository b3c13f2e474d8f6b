/** `/mcp`, driven by the protocol's own client, as a coding agent has it. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { describe, expect, it, onTestFinished } from "vitest";
import { functionConfig, registration } from "../../helpers/core-engine.ts";
import { startOperatedEngine } from "../../helpers/operated-engine.ts";
import { failure, operations, result } from "../../helpers/scripted-caller.ts";

const hash = "a".repeat(40);
const signingKey = "ab".repeat(32);

interface Told {
  isError: boolean;
  text: string;
  value: Record<string, never>;
}

async function connect(url: string, headers: Record<string, string> = {}) {
  const client = new Client({ name: "test", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }));
  onTestFinished(() => client.close());
  const call = async <T = Told["value"]>(name: string, input: Record<string, unknown> = {}) => {
    const answer = await client.callTool({ name, arguments: input });
    const [{ text = "" } = {}] = answer.content as { text?: string }[];
    const isError = answer.isError === true;
    return { isError, text, value: (isError ? null : JSON.parse(text)) as T };
  };
  return { client, call };
}

async function start(options: Parameters<typeof startOperatedEngine>[0] = {}) {
  const engine = await startOperatedEngine({
    scripts: {
      "shop-good": () => result({ paid: true }),
      "shop-bad": () => failure({ name: "CardError", message: "no money" }, { noRetry: true }),
      "shop-nap": () => operations([{ op: "Sleep", id: hash, displayName: "nap", name: "1h", opts: {} }]),
    },
    ...options,
  });
  await engine.engine.register(
    registration(
      ["good", "bad", "nap"].map((name) => functionConfig(`shop-${name}`)),
      "shop",
    ),
  );
  return engine;
}

describe("the MCP endpoint", () => {
  it("has tools for events, functions, runs and documentation, each with a schema of what it takes", async () => {
    const { url } = await start();
    const { client } = await connect(url);
    expect(client.getServerVersion()).toMatchObject({ name: "stepwell", version: "1.2.3" });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual([
      "cancel_run",
      "get_run_logs",
      "get_run_status",
      "grep_docs",
      "invoke_function",
      "invoke_function_sync",
      "list_docs",
      "list_functions",
      "list_runs",
      "poll_run_status",
      "read_doc",
      "rerun",
      "send_event",
      "why_does_run_wait",
    ]);
    expect(tools.find(({ name }) => name === "cancel_run")).toMatchObject({
      inputSchema: { type: "object", required: ["runId"], additionalProperties: false },
      annotations: { readOnlyHint: false, destructiveHint: true },
    });
    expect(JSON.stringify(tools)).not.toContain('"expected"');
  });

  it("drives a run from its event to its result, and says why one waits, what failed and what is done about it", async () => {
    const { url, advance } = await start();
    const { call } = await connect(url);
    /** Moves the clock until there is an answer. */
    const passing = async <T>(answer: Promise<T>): Promise<T> => {
      let isThere = false;
      void answer.finally(() => {
        isThere = true;
      });
      while (!isThere) await advance(500);
      return answer;
    };
    expect((await call<{ id: string }[]>("list_functions")).value.map(({ id }) => id).sort()).toEqual([
      "shop-bad",
      "shop-good",
      "shop-nap",
    ]);
    const sent = await call<{ eventId: string; runs: { id: string }[] }>("send_event", {
      name: "test/shop-good",
      data: { n: 1 },
    });
    const [run] = sent.value.runs;
    const polled = await passing(call<object[]>("poll_run_status", { runIds: [run?.id] }));
    expect(polled.value).toMatchObject([{ status: "COMPLETED", output: { paid: true } }]);

    const bad = await passing(call("invoke_function_sync", { functionId: "shop-bad", data: {} }));
    expect(bad.value).toMatchObject({ status: "FAILED", error: { name: "CardError", message: "no money" } });

    const { value: nap } = await call<{ runId: string }>("invoke_function", { functionId: "shop-nap" });
    const { runId } = nap;
    const waiting = await call("invoke_function_sync", { functionId: "shop-nap", timeoutSeconds: 0 });
    expect(waiting.value).toMatchObject({ status: expect.stringMatching(/QUEUED|RUNNING/) });
    expect((await call("poll_run_status", { runIds: [runId], timeoutSeconds: 0 })).value).toMatchObject([
      { waitsFor: [{ kind: "sleep" }] },
    ]);
    expect((await call("why_does_run_wait", { runId })).text).toMatch(/"kind": "sleep"/);
    expect((await call("get_run_status", { runId })).text).toMatch(/"name": "nap"/);
    expect((await call("get_run_logs", { runId })).value).toEqual([]);
    expect((await call("cancel_run", { runId })).isError).toBe(false);
    const again = await call<{ runId: string }>("rerun", { runId });
    expect(again.value.runId).not.toBe(runId);
    const cancelled = await call<object[]>("list_runs", { status: "CANCELLED", functionId: "shop-nap" });
    expect(cancelled.value).toMatchObject([{ id: runId }]);
  });

  it("refuses what the API refuses, and says why", async () => {
    const { url } = await start();
    const { call } = await connect(url);
    const cases: [tool: string, input: Record<string, unknown>, said: RegExp][] = [
      ["cancel_run", { runId: "x" }, /`runId` must be/],
      ["cancel_run", { runId: "01M8FZFMD806FMHK808QWJS700" }, /There is no run/],
      ["cancel_run", {}, /runId/],
      ["send_event", { name: "inngest/x" }, /reserved/],
      ["send_event", { name: "a", extra: 1 }, /no field `extra`/],
      ["invoke_function", { functionId: "shop-none" }, /There is no function "shop-none"/],
      ["invoke_function", { functionId: "../../v2/keys" }, /There is no function/],
      ["list_runs", { limit: 1000 }, /`limit` must be/],
      ["read_doc", { name: "../../package" }, /There is no page/],
      ["grep_docs", { pattern: "(" }, /no regular expression/],
      ["fly", {}, /There is no tool "fly"/],
    ];
    for (const [tool, input, said] of cases) {
      const { isError, text } = await call(tool, input);
      expect([tool, isError, text]).toEqual([tool, true, expect.stringMatching(said)]);
    }
  });

  it("reads the documentation that the package brings", async () => {
    const { url } = await start();
    const { call } = await connect(url);
    const names = (await call<{ name: string }[]>("list_docs")).value.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["flow-control", "guides/fan-out"]));
    // What the build of the site adds is no page of the package.
    expect(names.filter((name) => /^(?:\.|reference)/.test(name))).toEqual([]);
    const found = await call<{ lines: { page: string }[] }>("grep_docs", { pattern: "SINGLETON" });
    expect(found.value.lines.map(({ page }) => page)).toContain("flow-control");
    const page = await call<{ text: string }>("read_doc", { name: "flow-control" });
    expect(page.value.text).toMatch(/^# /);
    const rest = await call<{ text: string }>("read_doc", { name: "flow-control", offset: 100 });
    expect(rest.value.text).not.toBe(page.value.text);
  });

  it("asks for a key in start mode; what a tool does needs the role that the API needs, and the audit log has it", async () => {
    const { url } = await start({ auth: { signingKey, eventKeys: ["e"] } });
    await expect(connect(url)).rejects.toThrow(/Authentication failed|401/);
    const ask = async (method: string, path: string, body?: object) =>
      (await (
        await fetch(url + path, {
          method,
          headers: { authorization: `Bearer ${signingKey}`, "content-type": "application/json" },
          ...(body && { body: JSON.stringify(body) }),
        })
      ).json()) as { data: { key: string; action: string; who: string; address: string; outcome: string }[] };
    const keyOf = async (role: string) => {
      const { data } = await ask("POST", "/v2/keys", { name: role, role });
      return connect(url, { authorization: `Bearer ${(data as unknown as { key: string }).key}` });
    };
    const reader = await keyOf("read");
    const operator = await keyOf("operate");
    const { value } = await operator.call<{ runId: string }>("invoke_function", { functionId: "shop-nap" });
    const { runId } = value;
    expect((await reader.call("get_run_status", { runId })).isError).toBe(false);
    const refused = await reader.call("cancel_run", { runId });
    expect(refused).toMatchObject({ isError: true, text: expect.stringMatching(/needs the role operate/) });
    expect((await operator.call("cancel_run", { runId })).isError).toBe(false);
    const { data } = await ask("GET", "/v2/audit?action=run.cancel");
    expect(data).toMatchObject([
      { who: "operate", outcome: "done", address: "127.0.0.1" },
      { who: "read", outcome: "refused", address: "127.0.0.1" },
    ]);
  });

  it("is closed to pages of others in dev, and takes messages by POST alone", async () => {
    const { url } = await start();
    const send = (init: RequestInit) => fetch(`${url}/mcp`, init);
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    expect((await send({ method: "POST", headers: { ...headers, origin: "https://evil.example" }, body })).status).toBe(
      403,
    );
    expect((await send({ method: "GET", headers: { accept: "text/event-stream" } })).status).toBe(405);
    expect((await send({ method: "POST", headers, body: "{" })).status).toBe(400);
    expect((await send({ method: "POST", headers, body: '{"no":"message"}' })).status).toBe(400);
  });
});
