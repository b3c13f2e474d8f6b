import { canonicalJson } from "stepwell/signing";
import { describe, expect, it } from "vitest";
import { buildCall as build } from "../../../../server/src/core/call/build-call.ts";
import { createCanonicalForms } from "../../../../server/src/core/parts/canonical-forms.ts";
import type { EventRecord } from "../../../../server/src/domain/event.ts";
import type { RunRecord } from "../../../../server/src/domain/run/run.ts";
import type { StepRecord } from "../../../../server/src/domain/run/step.ts";
import type { Execution } from "../../../../server/src/ports/store.ts";
import { makeEnd, makeEvent, makeFunction, makeItem, makeRun, toItem } from "../../../conformance/store-records.ts";

const runId = "01M809G7D71E3Q8K4M1SM64QEK";
const fn = makeFunction("app", "f", { appId: "app", url: "http://app.test/api?fnId=app-f&stepId=step" });
const put = makeItem("item", {
  kind: "step",
  functionId: "function",
  runId,
  stepId: "hash",
  attempt: 1,
  maxAttempts: 5,
});
const item = toItem(put, 3);

const run = (fields: Partial<RunRecord> = {}): RunRecord => makeRun(runId, { requestVersion: 2, ...fields });
const event = (data: unknown, v: string | null = null): EventRecord =>
  makeEvent("event", { id: "event", name: "x", data: JSON.stringify(data), ts: 5, v });
let position = 0;
const step = (id: string, memo: string): StepRecord => makeEnd(runId, id, { memo, position: ++position }).step;

const buildCall = (execution: Execution, ...rest: [typeof fn, typeof item, string]) =>
  build(execution, ...rest, createCanonicalForms());
const bodyOf = (...args: Parameters<typeof buildCall>) => JSON.parse(buildCall(...args).body);

describe("buildCall", () => {
  it("calls for one step, under the lease's fence, with steps by key and the stack by order", () => {
    const ended = [step("b", '{"data":2}'), step("a", "null")];
    const call = buildCall(
      { run: run({ pendingCount: 1 }), ended, events: [event({ n: 1 }, "7")] },
      fn,
      item,
      "request",
    );
    expect(call).toMatchObject({
      stepId: "hash",
      generationId: 3,
      jobId: "item",
      requestVersion: 2,
      functionId: "function",
    });
    expect(call.body).toBe(
      '{"ctx":{"attempt":1,"disable_immediate_execution":true,"env":"","fn_id":"function","generation_id":3,"job_id":"item",' +
        `"max_attempts":5,"qi_id":"item","request_id":"request","run_id":"${runId}","stack":{"current":2,"stack":["b","a"]},` +
        '"step_id":"step","use_api":false},"defers":{},"event":{"data":{"n":1},"id":"event","name":"x","ts":5,"user":{},"v":"7"},' +
        '"events":[{"data":{"n":1},"id":"event","name":"x","ts":5,"user":{},"v":"7"}],' +
        '"steps":{"a":null,"b":{"data":2}},"use_api":false,"version":2}',
    );
  });

  it("leaves steps out when they are too big to send along", () => {
    const body = bodyOf(
      { run: run({ stateBytes: 5_000_000 }), ended: [step("a", "1")], events: [event({ n: 1 })] },
      fn,
      item,
      "r",
    );
    expect(body).toMatchObject({ use_api: true, steps: {}, events: [{ data: { n: 1 } }], event: { data: { n: 1 } } });
    expect(body.ctx.use_api).toBe(true);
  });

  it.each([
    ["one event that is in the body twice", "x".repeat(2_200_000)],
    ["letters of three bytes each", "漢".repeat(800_000)],
  ])("never makes a call of more than 4 MiB: %s", (_what, blob) => {
    const { body } = buildCall({ run: run(), ended: [], events: [event({ blob })] }, fn, item, "r");
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4 * 1024 * 1024);
    expect(JSON.parse(body)).toMatchObject({ use_api: true, steps: {}, events: [], event: { id: "event", data: {} } });
  });

  it("leaves events out too when they are big themselves, but says which event it was", () => {
    const big = event({ blob: "x".repeat(3_000_000) });
    const body = bodyOf({ run: run({ stateBytes: 2_000_000 }), ended: [], events: [big] }, fn, item, "r");
    expect(body).toMatchObject({ use_api: true, events: [], event: { id: "event", name: "x", ts: 5, data: {} } });
  });

  it("brings the arguments that replace those of steps which have not ended", () => {
    const stepInputs = '{"a":[1],"b":["x",{"z":1,"y":2}]}';
    const execution = { run: run({ stepInputs }), ended: [step("a", '{"data":1}')], events: [event({})] };
    const call = buildCall(execution, fn, item, "request");
    const body = JSON.parse(call.body);
    expect(body.steps).toEqual({ a: { data: 1 }, b: { input: ["x", { z: 1, y: 2 }] } });
    expect(body.ctx.stack).toEqual({ current: 1, stack: ["a"] });
    expect(call.canonicalBody()).toBe(canonicalJson(body));
  });

  it("keeps the keys of values in their order, and signs the same with all of them sorted", () => {
    const stepInputs = '{"c":[{"zebra":1,"apple":2}]}';
    const ended = [step("a", '{"data":{"zebra":1,"apple":{"y":1,"x":2}}}'), step("b", '{"data":{"a":1,"b":2}}')];
    const events = [event({ zebra: 1, apple: 2 }), makeEvent("second", { data: '{"b":1,"a":2}' })];
    const call = buildCall({ run: run({ stepInputs }), ended, events }, fn, item, "request");
    for (const text of [
      '"event":{"data":{"zebra":1,"apple":2}',
      '"events":[{"data":{"zebra":1,"apple":2}',
      '{"data":{"b":1,"a":2}',
      '"a":{"data":{"zebra":1,"apple":{"y":1,"x":2}}}',
      '"c":{"input":[{"zebra":1,"apple":2}]}',
    ])
      expect(call.body).toContain(text);
    const canonical = call.canonicalBody();
    expect(canonical).toBe(canonicalJson(JSON.parse(call.body)));
    expect(canonical).toContain('"a":{"data":{"apple":{"x":2,"y":1},"zebra":1}}');
  });

  it("signs what it sends when state is left out", () => {
    const big = event({ z: "x".repeat(3_000_000), a: 1 });
    const call = buildCall({ run: run({ stateBytes: 2_000_000 }), ended: [], events: [big] }, fn, item, "r");
    expect(call.canonicalBody()).toBe(call.body);
  });

  it("writes ids of steps that need escapes", () => {
    const ended = [step('quo"ted', '{"data":1}')];
    expect(bodyOf({ run: run(), ended, events: [event({})] }, fn, item, "r").steps).toEqual({ 'quo"ted': { data: 1 } });
  });
});
