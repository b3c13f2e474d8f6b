import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Attributes,
  type Context,
  context,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createHandler } from "../../src/handler/index.ts";
import { Inngest } from "../../src/index.ts";
import { openTelemetryMiddleware } from "../../src/middleware/built-in/opentelemetry.ts";
import { middlewareApp } from "./middleware-app.ts";

interface SeenSpan {
  name: string;
  kind: SpanKind | undefined;
  parent: string | undefined;
  traceId: string;
  attributes: Attributes;
  status: SpanStatusCode | undefined;
  errors: string[];
  ended: number;
}

let spans: SeenSpan[] = [];

/** A tracer that writes down its spans: the API's own interface, without an SDK behind it. */
const tracer = {
  startSpan(name, { kind, attributes = {} } = {}, around = context.active()) {
    const parent = trace.getSpanContext(around);
    const traceId = parent?.traceId ?? "f".repeat(32);
    const seen: SeenSpan = {
      name,
      kind,
      parent: parent?.spanId,
      traceId,
      attributes: { ...attributes },
      status: undefined,
      errors: [],
      ended: 0,
    };
    const spanContext: SpanContext = {
      traceId,
      spanId: String(spans.length + 1).padStart(16, "0"),
      traceFlags: 1,
      traceState: createTraceState(),
    };
    spans.push(seen);
    return {
      spanContext: () => spanContext,
      setAttribute: (key: string, value: never) => void Object.assign(seen.attributes, { [key]: value }),
      setAttributes: (more: Attributes) => void Object.assign(seen.attributes, more),
      setStatus: ({ code }: { code: SpanStatusCode }) => void Object.assign(seen, { status: code }),
      recordException: (error: Error) => void seen.errors.push(error.message),
      end: () => void seen.ended++,
    } as unknown as Span;
  },
  startActiveSpan: () => {
    throw new Error("Not used.");
  },
} as Tracer;

const storage = new AsyncLocalStorage<Context>();

beforeAll(() => {
  context.setGlobalContextManager({
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (around, work, self, ...args) => storage.run(around, () => work.call(self as never, ...args)),
    bind: (_, target) => target,
    enable: () => context as never,
    disable: () => context as never,
  });
});
afterAll(() => context.disable());
beforeEach(() => {
  spans = [];
});

const app = () =>
  middlewareApp({
    middleware: [openTelemetryMiddleware({ tracer })],
    handler: async ({ step, event }) => {
      if (event.data.fail) throw new Error("outer");
      if (event.data.step) await step.run("bad", () => Promise.reject(new TypeError("inner")));
      await step.sendEvent("s", [{ name: "x" }, { name: "x" }, { name: "y" }]);
      return "done";
    },
  });

const id = (number: number): string => String(number).padStart(16, "0");

describe("openTelemetryMiddleware", () => {
  test("makes spans of the call, its step and the events, each within the other", async () => {
    await app().call();
    expect(spans).toEqual([
      {
        name: "call app-f",
        kind: SpanKind.SERVER,
        parent: undefined,
        traceId: "f".repeat(32),
        attributes: {
          "stepwell.app.id": "app",
          "stepwell.function.id": "app-f",
          "stepwell.run.id": "run-1",
          "stepwell.event.name": "e",
          "stepwell.event.id": "event-1",
          "stepwell.attempt": 0,
          "http.response.status_code": 206,
        },
        status: undefined,
        errors: [],
        ended: 1,
      },
      expect.objectContaining({
        name: "step s",
        parent: id(1),
        attributes: { "stepwell.step.id": "s", "stepwell.step.type": "sendEvent" },
        ended: 1,
      }),
      expect.objectContaining({
        name: "send events",
        kind: SpanKind.PRODUCER,
        parent: id(2),
        attributes: { "stepwell.event.names": ["x", "y"] },
        ended: 1,
      }),
    ]);
  });

  test("marks what failed", async () => {
    await app().call({ data: { step: true } });
    expect(spans.map(({ name, status, errors }) => [name, status, errors])).toEqual([
      ["call app-f", undefined, []],
      ["step bad", SpanStatusCode.ERROR, ["inner"]],
    ]);
    spans = [];
    await app().call({ data: { fail: true } });
    expect(spans).toMatchObject([{ name: "call app-f", status: SpanStatusCode.ERROR, errors: ["outer"], ended: 1 }]);
  });

  test.each([
    ["the engine's traceparent", `00-${"a".repeat(32)}-${"b".repeat(16)}-01`, "a".repeat(32), "b".repeat(16)],
    ["nothing when it is broken", `00-${"0".repeat(32)}-${"b".repeat(16)}-01`, "f".repeat(32), undefined],
  ])("continues %s", async (_, traceparent, traceId, parent) => {
    const client = new Inngest({ id: "app", isDev: true, middleware: [openTelemetryMiddleware({ tracer })] });
    const fn = client.createFunction({ id: "f" }, { event: "e" }, () => "done");
    const handle = createHandler("test", { client, functions: [fn] });
    const event = { name: "e", data: {}, id: "1", ts: 1 };
    const ctx = {
      run_id: "r",
      attempt: 0,
      disable_immediate_execution: false,
      use_api: false,
      stack: { stack: [], current: 0 },
    };
    const response = await handle({
      method: "POST",
      url: "http://app.test/api/inngest?fnId=app-f&stepId=step",
      headers: { get: (name) => (name === "traceparent" ? traceparent : null) },
      text: async () => JSON.stringify({ version: 2, event, events: [event], steps: {}, ctx }),
    });
    expect(response.headers["traceparent"]).toBe(traceparent);
    expect(spans).toMatchObject([{ traceId, parent }]);
  });

  test("goes on in the active span, and without any tracing set up it changes nothing", async () => {
    const outer = tracer.startSpan("http");
    await context.with(trace.setSpan(context.active(), outer), () => app().call());
    expect(spans[1]).toMatchObject({ name: "call app-f", parent: id(1) });
    const { run } = middlewareApp({
      middleware: [openTelemetryMiddleware()],
      handler: ({ step }) => step.run("s", () => 1),
    });
    expect((await run()).json).toBe(1);
  });
});
