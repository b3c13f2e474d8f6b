import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createHandler, type HandlerResponse } from "../../src/handler/index.ts";
import { Inngest } from "../../src/index.ts";
import { emittedOpcodes } from "../../src/steps/index.ts";
import { recordedFunctions } from "./recorded-functions.ts";

interface RecordedCall {
  query: string;
  request: { ctx: { attempt: number } };
  status: number;
  responseHeaders: Record<string, string>;
  response: unknown;
}

interface Checkpoint {
  steps: unknown[];
  ts: number;
  request_started_at: number;
}

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../protocol/fixtures/${name}.json`, import.meta.url), "utf8"));
const calls = {
  ...(fixture("calls") as Record<string, RecordedCall[]>),
  ...(fixture("calls-of-engine-steps") as Record<string, RecordedCall[]>),
};
const checkpointed = fixture("checkpointed-calls") as Record<
  string,
  { calls: RecordedCall[]; checkpoints: { path: string; request: Checkpoint }[] }
>;
// biome-ignore lint/suspicious/noExplicitAny: recorded JSON
const sync = fixture("sync") as any;
const events = fixture("events") as {
  stepSendEvent: { headers: Record<string, string>; request: { ts: number }[]; response: unknown };
};
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const APP = "http://127.0.0.1:3001/api/inngest";

type Fetched = { url: string; init: RequestInit };

function setUp(counts: Record<string, number> = {}, answer: unknown = {}, checkpointing = false) {
  const fetched: Fetched[] = [];
  const client = new Inngest({
    id: "rec",
    isDev: true,
    checkpointing,
    eventKey: "test",
    baseUrl: "http://engine:8288",
    signingKey: "signkey-test-7468697320697320612074657374206b6579",
    logger: silent,
    fetch: async (url, init) => {
      fetched.push({ url: String(url), init: init ?? {} });
      return new Response(JSON.stringify(answer));
    },
  });
  const once = (key: string): number => {
    counts[key] = (counts[key] ?? 0) + 1;
    return counts[key];
  };
  const handle = createHandler("nodejs", { client, functions: recordedFunctions(client, once) });
  const request = (
    method: string,
    url: string,
    body = "",
    headers: Record<string, string> = {},
  ): Promise<HandlerResponse> =>
    handle({ method, url, headers: { get: (name) => headers[name] ?? null }, text: async () => body });
  return { request, fetched };
}

const MOMENT = /^2026-11-22T/;

/** Stacks and moments are the machine's own. */
function comparable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => {
      if (key === "stack" && typeof inner === "string" && inner !== "") return "<stack>";
      if (key === "timing") return "<timing>";
      // The moment of the recording, and what this SDK says of a step and others ignore.
      if (key === "name" && typeof inner === "string" && MOMENT.test(inner)) return "<moment>";
      if (key === "stepId") return undefined;
      return inner;
    }),
  );
}

/** The same with key order, which servers of the field have seen in this order only. */
const text = (value: unknown): string => JSON.stringify(comparable(value));

describe("recorded calls", () => {
  for (const [scenario, exchanges] of Object.entries(calls)) {
    it(`answers ${scenario} as recorded`, async () => {
      expect(exchanges.length).toBeGreaterThan(0);
      // The counters of the recording's app go by attempts; one call here stands for as many as had gone before.
      const { request } = setUp({}, events.stepSendEvent.response);
      for (const exchange of exchanges) {
        const response = await request("POST", `${APP}?${exchange.query}`, JSON.stringify(exchange.request));
        expect({ status: response.status, body: text(JSON.parse(response.body)) }).toEqual({
          status: exchange.status,
          body: text(exchange.response),
        });
        expect(response.headers).toMatchObject(exchange.responseHeaders);
        for (const name of ["x-inngest-no-retry", "retry-after"]) {
          expect(name in response.headers).toBe(name in exchange.responseHeaders);
        }
      }
    });
  }

  it("covers every opcode that this SDK emits", () => {
    const seen = JSON.stringify(calls);
    const { StepRun, StepError, StepFailed, ...others } = emittedOpcodes;
    const emitted = Object.entries(others).filter(([, tools]) => Array.isArray(tools));
    for (const [op] of [...emitted, ["StepRun"], ["StepError"], ["StepFailed"]]) expect(seen).toContain(`"op":"${op}"`);
  });

  it("step.sendEvent posts what was recorded", async () => {
    const { request, fetched } = setUp({}, events.stepSendEvent.response);
    const exchange = (calls["send-event"] as RecordedCall[])[0] as RecordedCall;
    await request("POST", `${APP}?${exchange.query}`, JSON.stringify(exchange.request));
    expect(fetched.map(({ url }) => url)).toEqual(["http://engine:8288/e/test"]);
    const sent = JSON.parse(String(fetched[0]?.init.body)) as { ts: number }[];
    expect(sent.map((event) => Object.keys(event))).toEqual(
      events.stepSendEvent.request.map((event) => Object.keys(event)),
    );
    expect(sent.map((event) => ({ ...event, ts: 0 }))).toEqual(
      events.stepSendEvent.request.map((event) => ({ ...event, ts: 0 })),
    );
    const headers = fetched[0]?.init.headers as Record<string, string>;
    expect(headers["x-inngest-event-id-seed"]).toMatch(/^\d{13},[A-Za-z0-9+/]{14}==$/);
  });
});

describe("recorded calls with checkpoints", () => {
  for (const [scenario, { calls: exchanges, checkpoints }] of Object.entries(checkpointed)) {
    it(`answers ${scenario} as recorded`, async () => {
      const { request, fetched } = setUp({}, "", true);
      for (const exchange of exchanges) {
        const response = await request("POST", `${APP}?${exchange.query}`, JSON.stringify(exchange.request));
        expect({ status: response.status, body: text(JSON.parse(response.body)) }).toEqual({
          status: exchange.status,
          body: text(exchange.response),
        });
        expect(response.headers).toMatchObject(exchange.responseHeaders);
      }
      const posted = fetched.map(({ url, init }) => ({
        path: new URL(url).pathname,
        request: JSON.parse(String(init.body)) as Checkpoint,
      }));
      const ageless = ({ path, request: body }: (typeof posted)[number]): unknown =>
        comparable({ path, request: { ...body, ts: 0, request_started_at: 0 } });
      expect(posted.map(ageless)).toEqual(checkpoints.map(ageless));
      expect(posted.map(({ request: body }) => Object.keys(body))).toEqual(
        checkpoints.map(({ request: body }) => Object.keys(body)),
      );
    });
  }
});

describe("recorded syncs", () => {
  const byId = (functions: { id: string }[]): Record<string, string> =>
    Object.fromEntries(functions.map((fn) => [fn.id, JSON.stringify(fn)]));

  it("registers out of band as recorded", async () => {
    const { request, fetched } = setUp({}, sync.register.answer);
    const response = await request("PUT", APP);
    expect(response.status).toBe(sync.outOfBand.status);
    expect(JSON.parse(response.body)).toEqual(sync.outOfBand.body);
    expect(response.headers["x-inngest-sync-kind"]).toBe("out_of_band");
    expect(fetched[0]?.url).toBe("http://engine:8288/fn/register");
    const headers = fetched[0]?.init.headers as Record<string, string>;
    expect(headers).toMatchObject(sync.register.headers);
    expect(headers["authorization"]).toBe(
      "Bearer signkey-test-ed30c63423735b44011c49a38c01a8062833420cfb299072e0263c986242556a",
    );
    const body = JSON.parse(String(fetched[0]?.init.body));
    expect(byId(body.functions)).toMatchObject(byId(sync.register.body.functions));
    const rest = ({ functions, capabilities, ...others }: Record<string, unknown>): unknown => others;
    expect(rest(body)).toEqual(rest(sync.register.body));
    expect(Object.keys(body)).toEqual(Object.keys(sync.register.body));
  });

  it("answers an in-band sync as recorded", async () => {
    const { request, fetched } = setUp();
    const response = await request("PUT", APP, JSON.stringify(sync.inBand.request), {
      "x-inngest-sync-kind": "in_band",
    });
    expect(response.status).toBe(200);
    expect(response.headers["x-inngest-sync-kind"]).toBe("in_band");
    expect(fetched).toEqual([]);
    const body = JSON.parse(response.body);
    expect(Object.keys(body)).toEqual(Object.keys(sync.inBand.body));
    expect(byId(body.functions)).toMatchObject(byId(sync.inBand.body.functions));
    const rest = ({ functions, capabilities, inspection, ...others }: Record<string, unknown>): unknown => others;
    expect(rest(body)).toEqual(rest(sync.inBand.body));
    expect(Object.keys(body.inspection)).toEqual(Object.keys(sync.inBand.body.inspection));
  });

  it("answers an introspection as recorded, but for the number of functions", async () => {
    const { request } = setUp();
    const response = await request("GET", APP);
    expect(JSON.parse(response.body)).toEqual({ ...sync.introspection.body, function_count: 28 });
  });

  it("answers another method and an unknown function as recorded", async () => {
    const { request } = setUp();
    const other = await request("DELETE", APP);
    expect([other.status, JSON.parse(other.body)]).toEqual([405, sync.methodNotAllowed.body]);
    const unknown = await request("POST", `${APP}?fnId=rec-nope&stepId=step`, "{}");
    expect(unknown.status).toBe(500);
    const body = JSON.parse(unknown.body);
    expect(body).toMatchObject({ type: "internal", message: sync.unknownFunction.body.message, __serialized: true });
    expect("x-inngest-no-retry" in unknown.headers).toBe(false);
  });
});
