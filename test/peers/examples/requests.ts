/** What apps of both SDKs are asked beside calls of functions, and how their answers are compared. */
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "../world.ts";
import { closeServer, define } from "./create-stage.ts";
import type { ExampleColumn } from "./example.ts";
import { createRegistrationApp, createTypedFunctions } from "./registration-app.ts";
import { type Asked, passOn, type Reply } from "./relay.ts";

/** Says which SDK it is, what it measures, or that it can connect, which ours cannot yet. */
const own = ["sdk", "sdk_version", "featureObservations", "stack", "url", "connect"];

function normal(value: unknown, ignored: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((inner) => normal(inner, ignored));
  if (typeof value === "string") return value.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, "http://app");
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !ignored.includes(key) || (key === "url" && String(inner).includes("fnId")))
      .map(([key, inner]) => [key, normal(inner, ignored)]),
  );
}

async function startApp(column: ExampleColumn, engineUrl = "http://engine.test"): Promise<string> {
  const { sdk, createServer: serve } = await column.load();
  const { client, functions } = createRegistrationApp(sdk, define(column.style), engineUrl);
  const typed = column.style === "v4" ? createTypedFunctions(sdk, client) : [];
  const server = serve({ client, functions: [...functions, ...typed] });
  onTestFinished(() => closeServer(server));
  return listen(server);
}

interface Compared {
  name: string;
  asked: Partial<Asked>;
  /** Only the status counts: the text is each SDK's own. */
  statusOnly?: boolean;
}

const inBand = { "x-inngest-sync-kind": "in_band" };

const requests: Compared[] = [
  {
    name: "to register in the answer",
    asked: { method: "PUT", headers: inBand, body: '{"url":"http://app.test/api/inngest"}' },
  },
  {
    name: "to register in the answer, without a url",
    asked: { method: "PUT", headers: inBand, body: "{}" },
    statusOnly: true,
  },
  { name: "for its introspection", asked: { method: "GET" } },
  { name: "with another method", asked: { method: "PATCH", body: "{}" } },
  {
    name: "for a function that it does not have",
    asked: { method: "POST", path: "?fnId=nobody&stepId=step", body: "{}" },
    statusOnly: true,
  },
  { name: "for no function", asked: { method: "POST", body: "{}" }, statusOnly: true },
  {
    name: "to call a function with a body that is no call",
    asked: { method: "POST", path: "?fnId=registered%20app-plain&stepId=step", body: '{"event":1}' },
    statusOnly: true,
  },
  {
    name: "whether it trusts",
    asked: { method: "POST", path: "?fnId=registered%20app-plain&probe=trust", body: "{}" },
  },
  { name: "an unknown probe", asked: { method: "POST", path: "?probe=other", body: "{}" }, statusOnly: true },
];

const parsed = (text: string): unknown => (text === "" ? "" : JSON.parse(text));

/** Defines the tests: what our SDK answers beside what the published one does. @param differs fields that only one has */
export function compareRequests(theirs: ExampleColumn, ours: ExampleColumn, differs: readonly string[] = []): void {
  const ignored = [...own, ...differs];
  test.each(requests)("an app is asked $name", async ({ asked, statusOnly }) => {
    const replies: Reply[] = [];
    for (const column of [theirs, ours]) {
      const url = await startApp(column);
      const { method = "GET", path = "", headers = {}, body = "" } = asked;
      const all = { host: "app.test", "content-type": "application/json", ...headers };
      replies.push(await passOn(url, { method, path: `/api/inngest${path}`, headers: all, body }));
    }
    const [their, our] = replies.map(({ status, headers, body }) => ({
      status,
      kind: headers["x-inngest-sync-kind"],
      noRetry: headers["x-inngest-no-retry"],
      handled: headers["x-inngest-sdk-handled"],
      framework: headers["x-inngest-framework"],
      body: statusOnly === true ? null : normal(parsed(body), ignored),
    }));
    expect(our).toEqual(their);
  });

  test("an app that registers by itself tells an engine the same", async () => {
    const told: unknown[] = [];
    const engine = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on("end", () => {
        told.push({ method: request.method, path: request.url, body: normal(JSON.parse(body), ignored) });
        response.writeHead(200, { "content-type": "application/json" }).end('{"ok":true,"modified":true}');
      });
    });
    onTestFinished(() => closeServer(engine));
    const engineUrl = await listen(engine);
    const answers: unknown[] = [];
    for (const column of [theirs, ours]) {
      const response = await fetch(`${await startApp(column, engineUrl)}/api/inngest?deployId=d1`, { method: "PUT" });
      answers.push([response.status, await response.json()]);
    }
    expect(told).toHaveLength(2);
    expect(told[1]).toEqual(told[0]);
    expect(answers[1]).toEqual(answers[0]);
  });
}
