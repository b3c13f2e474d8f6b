/**
 * What the handler must do in every runtime, with nothing but what all of them have. `runSuite` gives back the names
 * of the cases that passed and the errors of those that did not.
 */
import { Inngest, NonRetriableError } from "stepwell";
import { serve as serveOnCloudflare } from "stepwell/cloudflare";
import { serve } from "stepwell/edge";
import { canonicalJson, signBody, verifySignature } from "stepwell/signing";

const KEY = "signkey-prod-00112233445566778899aabbccddeeff";
const FALLBACK = "signkey-prod-ffeeddccbbaa99887766554433221100";
const BASE = "https://app.test/api/inngest";
const QUERY = "?fnId=app-f&stepId=step";
const silent = { debug() {}, info() {}, warn() {}, error() {} };

function equal(actual, expected, what = "value") {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: got ${a}, expected ${b}`);
}

function matches(text, pattern) {
  if (!pattern.test(text)) throw new Error(`got ${text}, expected ${pattern}`);
}

function frame(steps = {}, data = { who: "ü" }) {
  const event = { name: "e", data, id: "1", ts: 1 };
  const stack = { stack: Object.keys(steps), current: Object.keys(steps).length };
  const ctx = { run_id: "r", attempt: 0, disable_immediate_execution: false, use_api: false, stack };
  return { event, events: [event], steps, ctx };
}

function setUp(handler, options = {}) {
  const { serveWith = {}, ...clientOptions } = options;
  const client = new Inngest({ id: "app", isDev: true, logger: silent, ...clientOptions });
  const f = client.createFunction({ id: "f", triggers: { event: "e" } }, handler ?? (() => "done"));
  return { client, handle: serve({ client, functions: [f], ...serveWith }) };
}

const post = (handle, body, headers = {}, query = QUERY) =>
  handle(
    new Request(BASE + query, {
      method: "POST",
      headers,
      body: typeof body === "string" ? body : JSON.stringify(body),
    }),
  );

const signed = async (body, key = KEY) => ({
  "x-inngest-signature": await signBody(key, body === "" ? "" : canonicalJson(body), Date.now()),
});

const cloud = { isDev: false, signingKey: KEY, signingKeyFallback: FALLBACK };

const cases = {
  async introspects() {
    const response = await setUp().handle(new Request(BASE));
    equal([response.status, (await response.json()).function_count], [200, 1]);
    equal(response.headers.get("x-inngest-framework"), "edge");
  },
  async "calls a function"() {
    const { handle } = setUp(({ event }) => ({ hello: event.data.who }));
    const response = await post(handle, frame());
    equal([response.status, await response.json()], [200, { hello: "ü" }]);
  },
  async "runs a step, and remembers it"() {
    const { handle } = setUp(async ({ step }) => `${await step.run("a", () => "one")} two`);
    const response = await post(handle, frame());
    const [operation] = await response.json();
    equal([response.status, operation.op, operation.data], [206, "StepRun", "one"]);
    equal(operation.id, "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8");
    const after = await post(handle, frame({ [operation.id]: { type: "data", data: "one" } }));
    equal([after.status, await after.json()], [200, "one two"]);
  },
  async "plans parallel steps"() {
    const { handle } = setUp(({ step }) => Promise.all([step.run("a", () => 1), step.run("b", () => 2)]));
    const response = await post(handle, frame());
    const operations = await response.json();
    equal(
      operations.map(({ op, displayName }) => [op, displayName]),
      [
        ["StepPlanned", "a"],
        ["StepPlanned", "b"],
      ],
    );
  },
  async sleeps() {
    const { handle } = setUp(({ step }) => step.sleep("nap", "1h30m"));
    const [operation] = await (await post(handle, frame())).json();
    equal([operation.op, operation.name], ["Sleep", "1h30m"]);
  },
  async "gives up for good"() {
    const { handle } = setUp(() => {
      throw new NonRetriableError("no");
    });
    const response = await post(handle, frame());
    equal([response.status, response.headers.get("x-inngest-no-retry")], [400, "true"]);
    equal((await response.json()).name, "NonRetriableError");
  },
  async "takes what is signed with either key, and signs its answer"() {
    const { handle } = setUp(undefined, cloud);
    for (const key of [KEY, FALLBACK]) {
      const response = await post(handle, JSON.stringify(frame(), null, 1), await signed(frame(), key));
      const body = await response.text();
      equal([response.status, body], [200, '"done"']);
      const header = response.headers.get("x-inngest-signature");
      equal((await verifySignature({ header, body, keys: [key], nowMs: Date.now() })).ok, true);
    }
  },
  async "refuses what is altered or unsigned"() {
    const { handle } = setUp(undefined, cloud);
    equal((await post(handle, frame({}, { who: "eve" }), await signed(frame()))).status, 401);
    equal((await post(handle, frame())).status, 401);
    equal((await handle(new Request(BASE))).status, 401);
    equal((await handle(new Request(BASE, { headers: await signed("") }))).status, 200);
  },
  async "answers a probe"() {
    const { handle } = setUp(undefined, cloud);
    const response = await post(handle, "", await signed(""), "?probe=trust");
    equal([response.status, await response.text()], [200, ""]);
  },
  async "syncs in band"() {
    const { handle } = setUp();
    const headers = { "x-inngest-sync-kind": "in_band" };
    const response = await handle(new Request(BASE, { method: "PUT", headers, body: JSON.stringify({ url: BASE }) }));
    const { app_id, functions } = await response.json();
    equal([app_id, functions[0].steps.step.runtime.url], ["app", `${BASE}${QUERY}`]);
  },
  async "registers, with the hash of its key"() {
    const seen = [];
    const fetch = async (url, init) => {
      seen.push([String(url), new Headers(init.headers).get("authorization"), JSON.parse(init.body).url]);
      return new Response('{"ok":true,"modified":true}');
    };
    const trusting = { serveWith: { trustProxy: true } };
    const { handle } = setUp(undefined, { ...cloud, ...trusting, fetch, baseUrl: "http://engine.test" });
    const headers = { "x-forwarded-proto": "https", "x-forwarded-host": "shop.test" };
    const response = await handle(new Request(BASE, { method: "PUT", headers }));
    equal([response.status, (await response.json()).modified], [200, true]);
    const [[url, authorization, served]] = seen;
    equal([url, served], ["http://engine.test/fn/register", "https://shop.test/api/inngest"]);
    matches(authorization, /^Bearer signkey-prod-[0-9a-f]{64}$/);
  },
  async "sends events"() {
    const seen = [];
    const fetch = async (url, init) => {
      seen.push([String(url), JSON.parse(init.body)[0].name]);
      return new Response('{"ids":["x"],"status":200}');
    };
    const { client } = setUp(undefined, { fetch, eventKey: "k", baseUrl: "http://engine.test" });
    equal(await client.send({ name: "hi", data: {} }), { ids: ["x"] });
    equal(seen, [["http://engine.test/e/k", "hi"]]);
  },
  async "refuses other methods, empty calls and large bodies"() {
    const { handle } = setUp();
    equal((await handle(new Request(BASE, { method: "DELETE" }))).status, 405);
    equal((await post(handle, "")).status, 401);
    equal((await post(handle, "x".repeat(5_000_000))).status, 413);
    equal((await post(handle, "{")).status, 500);
  },
  async streams() {
    const { handle } = setUp(undefined, { serveWith: { streaming: true } });
    const response = await post(handle, frame());
    const { status, body } = JSON.parse(await response.text());
    equal([response.status, status, body], [201, 200, '"done"']);
  },
  async "takes variables that come with a request"() {
    const client = new Inngest({ id: "app", logger: silent });
    const response = await serveOnCloudflare({ client, functions: [] })(new Request(BASE), { INNGEST_DEV: "1" });
    equal((await response.json()).mode, "dev");
  },
};

export const caseNames = Object.keys(cases);

export async function runSuite() {
  const passed = [];
  const failed = [];
  for (const [name, run] of Object.entries(cases)) {
    try {
      await run();
      passed.push(name);
    } catch (error) {
      failed.push(`${name}: ${error instanceof Error ? error.stack || error.message : error}`);
    }
  }
  return { passed, failed };
}
