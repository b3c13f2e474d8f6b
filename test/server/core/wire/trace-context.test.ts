/** W3C trace context, from an event through its run and calls to what the run starts and asks. */
import { expect, it } from "vitest";
import { validTraceparent } from "../../../../server/src/core/wire/trace-context.ts";
import type { OutgoingRequest } from "../../../../server/src/domain/outgoing-request.ts";
import { createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { operations, result } from "../../../helpers/scripted-caller.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const given = `00-${traceId}-00f067aa0ba902b7-00`;
const hash = (letter: string): string => letter.repeat(40);

it.each([
  [given, true],
  [`cc-${traceId}-00f067aa0ba902b7-01-what-comes-later`, true],
  [`ff-${traceId}-00f067aa0ba902b7-01`, false],
  [`00-${"0".repeat(32)}-00f067aa0ba902b7-01`, false],
  [`00-${traceId}-${"0".repeat(16)}-01`, false],
  [given.toUpperCase(), false],
  ["", false],
  [undefined, false],
])("%s names a trace: %s", (text, isValid) => {
  expect(validTraceparent(text)).toBe(isValid ? text : null);
});

it("calls of a run, its requests and what it invokes belong to the trace of its event", async () => {
  const requests: OutgoingRequest[] = [];
  const core = await createCoreEngine({
    http: (request) => {
      requests.push(request);
      return { kind: "answered", url: request.url, status: 200, headers: {}, body: "ok", retryAt: null };
    },
    scripts: {
      "app-parent": ({ body }) => {
        const { steps } = body as unknown as { steps: Record<string, unknown> };
        const opts = { url: "http://partner.test/", method: "GET", headers: {}, body: "" };
        if (!(hash("a") in steps)) return operations([{ op: "Gateway", id: hash("a"), displayName: "ask", opts }]);
        const invoke = { function_id: "app-child", payload: { data: {} } };
        if (!(hash("b") in steps))
          return operations([{ op: "InvokeFunction", id: hash("b"), displayName: "child", opts: invoke }]);
        return result("done");
      },
      "app-child": () => result("child"),
    },
  });
  const { engine, caller, idle, store } = core;
  await engine.register(registration([functionConfig("app-parent"), functionConfig("app-child")]));
  const send = async (traceparent: string | null, meta?: object) => {
    await engine.ingest({
      body: { name: "test/app-parent", data: {}, ...(meta && { meta }) },
      seed: null,
      traceparent,
    });
    await idle();
    const traces = caller.calls.map((call) => call.traceparent ?? "");
    caller.calls.length = 0;
    return [...traces, ...requests.splice(0).map(({ headers }) => headers["traceparent"] ?? "")];
  };
  const traced = await send(given);
  expect(traced).toHaveLength(5);
  for (const text of traced) expect(text).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  // The span of each of the two runs for its calls, and that of the step for its request.
  expect(new Set(traced).size).toBe(3);
  const own = await send(null, { traceparent: given.replace("4bf9", "aaaa") });
  expect(own[0]).toContain(traceId.replace("4bf9", "aaaa"));
  const untraced = await send("not a trace");
  const ids = untraced.map((text) => text.slice(3, 35));
  expect(ids.at(-1)).toBe("");
  expect(new Set(ids.slice(0, -1)).size).toBe(2);
  expect((await store.listEvents({ name: "test/app-parent", limit: 1 }))[0]?.meta).toBeNull();
  await core.stop();
});
