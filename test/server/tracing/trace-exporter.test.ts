/** Traces: the spans of ended runs reach a collector, with the parents and attributes that they have; a collector that fails costs spans and nothing else. */
import { expect, it, onTestFinished } from "vitest";
import { createServer } from "../../../server/src/main.ts";
import { createPostTraces, tracesUrl } from "../../../server/src/tracing/post-traces.ts";
import type { OtlpSpan } from "../../../server/src/tracing/spans.ts";
import { createTraceExporter, type PostTraces } from "../../../server/src/tracing/trace-exporter.ts";
import { createCoreEngine, functionConfig, registration } from "../../helpers/core-engine.ts";
import { startCollector } from "../../helpers/otlp-collector.ts";
import { failure, operations, result } from "../../helpers/scripted-caller.ts";

const hash = (letter: string): string => letter.repeat(40);
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parentId = "00f067aa0ba902b7";

const attributesOf = ({ attributes }: OtlpSpan): Record<string, string> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [key, "intValue" in value ? value.intValue : value.stringValue]),
  );

async function start(post: PostTraces, waitingMost?: number) {
  const warned: object[] = [];
  const logger = { debug() {}, info() {}, warn: (fields: object) => void warned.push(fields), error() {} };
  const core = await createCoreEngine({
    scripts: {
      "app-parent": ({ body }) => {
        const { steps } = body as unknown as { steps: Record<string, unknown> };
        if (!(hash("a") in steps))
          return operations([{ op: "StepRun", id: hash("a"), displayName: "price", data: { n: 1 }, opts: {} }]);
        const invoke = { function_id: "app-child", payload: { data: {} } };
        if (!(hash("b") in steps))
          return operations([{ op: "InvokeFunction", id: hash("b"), displayName: "child", opts: invoke }]);
        return result("done");
      },
      "app-child": () => result("child"),
      "app-bad": () => failure({ name: "CardError", message: "no money" }, { noRetry: true }),
    },
  });
  onTestFinished(() => core.stop());
  await core.engine.register(
    registration(
      ["parent", "child", "bad"].map((name) => functionConfig(`app-${name}`)),
      "app",
    ),
  );
  const exporter = createTraceExporter({
    store: core.store,
    clock: core.clock,
    logger,
    functionName: (id) => core.engine.functionById(id)?.slug ?? null,
    post,
    version: "1.2.3",
    ...(waitingMost === undefined ? {} : { waitingMost }),
  });
  const tellEnds = (origin?: "peer"): void => {
    for (const activity of core.activities.splice(0)) exporter.notify(activity, origin);
  };
  const send = async (name: string, traceparent: string | null = null) => {
    await core.engine.ingest({ body: { name, data: {} }, seed: null, traceparent });
    await core.idle();
    tellEnds();
  };
  return { ...core, exporter, warned, send, tellEnds };
}

it("spans of a run, its steps and its attempts belong to the trace of its event, and a run that a step invoked to that step", async () => {
  const collector = await startCollector();
  const { send, exporter, caller } = await start(createPostTraces(collector.url, { "x-team": "acme" }));
  await send("test/app-parent", `00-${traceId}-${parentId}-01`);
  await send("test/app-bad");
  await exporter.stop();
  const byName = (name: string): OtlpSpan => {
    const found = collector.spans.filter((span) => span.name === name);
    expect([name, found.length]).toEqual([name, 1]);
    return found[0] as OtlpSpan;
  };
  const [parent, child, price, invoked] = ["app-parent", "app-child", "price", "child"].map(byName) as [
    OtlpSpan,
    OtlpSpan,
    OtlpSpan,
    OtlpSpan,
  ];
  for (const span of [parent, child, price, invoked]) {
    expect(span.traceId).toBe(traceId);
    expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
  }
  expect(parent.parentSpanId).toBe(parentId);
  expect([price.parentSpanId, invoked.parentSpanId]).toEqual([parent.spanId, parent.spanId]);
  expect(child.parentSpanId).toBe(invoked.spanId);
  expect(parent).toMatchObject({ kind: 5, status: { code: 1 } });
  expect(attributesOf(parent)).toMatchObject({
    "stepwell.function.id": "app-parent",
    "stepwell.run.status": "Completed",
    "stepwell.event.name": "test/app-parent",
  });
  expect(attributesOf(price)).toMatchObject({ "stepwell.step.id": "price", "stepwell.step.op": "StepRun" });
  // What the app records of its calls hangs below the run.
  expect(caller.calls[0]?.traceparent).toBe(`00-${traceId}-${parent.spanId}-01`);

  const bad = byName("app-bad");
  expect(bad).toMatchObject({ status: { code: 2, message: "CardError: no money" } });
  expect([bad.parentSpanId, bad.traceId === traceId]).toEqual([undefined, false]);
  const attempt = byName("app-bad attempt 1");
  expect(attempt).toMatchObject({
    kind: 3,
    parentSpanId: bad.spanId,
    status: { code: 2, message: "CardError: no money" },
  });
  expect(collector.headers[0]).toMatchObject({ "x-team": "acme", "content-type": "application/json" });
});

it("a trace that its sender does not record is left out, and so is a run that another engine ended", async () => {
  const collector = await startCollector();
  const { send, exporter, engine, idle, tellEnds } = await start(createPostTraces(collector.url, {}));
  await send("test/app-child", `00-${traceId}-${parentId}-00`);
  await engine.ingest({ body: { name: "test/app-child", data: {} }, seed: null });
  await idle();
  tellEnds("peer");
  await exporter.stop();
  expect(collector.spans).toEqual([]);
});

it("what the collector does not take is tried again, then dropped, counted and told once", async () => {
  const statuses = [503, 429, 200, 400];
  const posted: string[] = [];
  const { send, exporter, advance, warned } = await start(async (body) => {
    posted.push(body);
    return statuses.shift() ?? 500;
  });
  await send("test/app-child");
  await advance(10_000);
  expect([posted.length, exporter.dropped]).toEqual([3, 0]);
  await send("test/app-child");
  await advance(10_000);
  await send("test/app-child");
  await advance(10_000);
  expect([posted.length, exporter.dropped]).toEqual([5, 2]);
  expect(warned).toEqual([{ dropped: 1, why: "the collector answered 400" }]);
});

it("no more runs wait than may, and one that hangs holds nothing up", async () => {
  const { send, exporter, advance, warned } = await start(() => new Promise(() => undefined), 2);
  await send("test/app-child");
  await advance(2000);
  for (let n = 0; n < 4; n += 1) await send("test/app-child");
  expect(exporter.dropped).toBe(2);
  expect(warned).toEqual([{ dropped: 1, why: "more runs end than can be sent" }]);
});

it("an engine exports where it is told to, and is refused an endpoint that is none", async () => {
  expect(tracesUrl("http://localhost:4318/")).toBe("http://localhost:4318/v1/traces");
  expect(tracesUrl("https://otlp.test/v1/traces")).toBe("https://otlp.test/v1/traces");
  const collector = await startCollector();
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const base = { store: null, port: null, poll: false, logger: silent } as const;
  expect(() => createServer({ ...base, otlp: { endpoint: "collector:4318" } })).toThrow(/otlp.endpoint.*http/);
  const server = createServer({ ...base, otlp: { endpoint: collector.url } });
  await server.start();
  await server.engine.register(registration([functionConfig("app-one")], "app"));
  await server.engine.invoke({ slug: "app-one", body: { data: {} } });
  const [run] = await server.store.listRuns({ limit: 1 });
  await server.engine.cancelRun(run?.id ?? "");
  await server.stop(0);
  expect(collector.spans).toMatchObject([{ name: "app-one", status: { code: 0 } }]);
});
