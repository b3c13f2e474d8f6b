/** Apps that must not be registered, each with a message that names what is wrong. */
import { Inngest } from "stepwell";
import { createServer, serve } from "stepwell/node";
import { expect, test } from "vitest";
import { type LocalEngine, serveLocally, startLocalEngine } from "../helpers/local-engine.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

function createClient(baseUrl: string): Inngest {
  return new Inngest({ id: "bad", isDev: true, baseUrl, logger: silent });
}

async function put(origin: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${origin}/api/inngest`, { method: "PUT" });
  return { status: response.status, text: await response.text() };
}

const functionsOf = async ({ api }: LocalEngine): Promise<unknown[]> =>
  (await (await api.fetch("/v1/apps/bad/functions")).json()) as unknown[];

test("a client without an id is refused by the SDK", () => {
  expect(() => new Inngest({ isDev: true } as unknown as { id: string })).toThrow(/id/);
  expect(() => new Inngest({ id: "" })).toThrow(/id/);
});

test("two functions with one id are refused by the SDK, with the id", () => {
  const client = createClient("http://127.0.0.1:1");
  const twice = [1, 2].map(() => client.createFunction({ id: "twin", triggers: [{ event: "a" }] }, () => 1));
  expect(() => serve({ client, functions: twice })).toThrow(/twin/);
});

test.each(["61 * * * *", "* * * * mon-noday", "0 25 * * *", "TZ=Mars/Base 0 0 * * *"])(
  "a cron that cannot be, %s: the whole registration is refused, with the function and the cron",
  async (cron) => {
    const engine = await startLocalEngine();
    const client = createClient(engine.api.url);
    const good = client.createFunction({ id: "good", triggers: [{ event: "a" }] }, () => 1);
    const bad = client.createFunction({ id: "often", triggers: [{ cron }] }, () => 1);
    const app = createServer({ client, functions: [good, bad] });
    const { origin } = await serveLocally((request, response) => app.emit("request", request, response));
    const { status, text } = await put(origin);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).toContain("often");
    expect(text).toContain(cron);
    expect(engine.server.engine.functions()).toEqual([]);
    expect(engine.server.engine.apps()).toEqual([]);
  },
);

interface Registration {
  appName: string;
  functions: object[];
}

const steps = {
  step: { id: "step", name: "step", runtime: { type: "http", url: "http://127.0.0.1:1/?fnId=x&stepId=step" } },
};
const registration = (functions: object[], appName = "bad"): Registration & Record<string, unknown> => ({
  url: "http://127.0.0.1:1/api/inngest",
  deployType: "ping",
  framework: "none",
  appName,
  sdk: "js:v4.0.0",
  v: "0.1",
  functions,
});

const bodies: { what: string; body: object | string; error: RegExp }[] = [
  {
    what: "duplicate function ids",
    body: registration([1, 2].map((n) => ({ id: "bad-twin", name: `twin ${n}`, triggers: [{ event: "a" }], steps }))),
    error: /bad-twin/,
  },
  {
    what: "no app name",
    body: registration([{ id: "f", name: "f", triggers: [{ event: "a" }], steps }], ""),
    error: /app/i,
  },
  { what: "no functions", body: registration([]), error: /function/ },
  {
    what: "a function with neither id nor name",
    body: registration([{ triggers: [{ event: "a" }], steps }]),
    error: /id/,
  },
  {
    what: "a filter that does not parse",
    body: registration([{ id: "bad-if", name: "f", triggers: [{ event: "a", expression: "event.data.x ==" }], steps }]),
    error: /bad-if/,
  },
  { what: "text that is not JSON", body: "hello", error: /JSON/ },
];

test.each(bodies)("$what: 400 from the engine, with the reason", async ({ body, error }) => {
  const engine = await startLocalEngine();
  const response = await engine.api.fetch("/fn/register", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(error);
  expect(engine.server.engine.functions()).toEqual([]);
});

test("a refused registration leaves the one before it in place", async () => {
  const engine = await startLocalEngine();
  const post = (functions: object[]) =>
    engine.api.fetch("/fn/register", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(registration(functions)),
    });
  expect((await post([{ id: "bad-f", name: "f", triggers: [{ event: "a" }], steps }])).status).toBe(200);
  expect((await post([{ id: "bad-g", name: "g", triggers: [{ cron: "nonsense" }], steps }])).status).toBe(400);
  expect(await functionsOf(engine)).toHaveLength(1);
});
