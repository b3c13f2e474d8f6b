import { expect, it } from "vitest";
import { connect } from "../../src/compat/connect.ts";
import { stream } from "../../src/compat/durable-endpoints.ts";
import { fetchWithStream } from "../../src/compat/durable-endpoints-client.ts";
import * as experimental from "../../src/compat/experimental.ts";
import * as react from "../../src/compat/react.ts";
import * as realtimeEntry from "../../src/compat/realtime.ts";
import { experiment, headerKeys, Inngest, internalEvents, queryKeys, realtime } from "../../src/index.ts";

const { getAsyncCtx: _built, runWithAsyncCtx: _alsoBuilt, ...notBuilt } = experimental;
const { staticSchema: _schema, realtime: _same, ...notRealtime } = realtimeEntry;

const names: Record<string, unknown> = {
  ...notBuilt,
  ...notRealtime,
  ...react,
  ...realtime,
  ...stream,
  ...experiment,
  connect,
  fetchWithStream,
};

it.each(Object.entries(names))("%s is there, and says that it is not built and what to do", (_name, name) => {
  const use = /^class/.test(String(name)) ? () => new (name as new () => object)() : () => (name as () => unknown)();
  expect(use).toThrow(/^[\w ]*[\w.]+\(\) is not built in Stepwell\. [A-Z].+\. See docs\/migrating\.md\.$/);
});

it("no value is an instance of a class that is not built", () => {
  expect(new Error("x") instanceof experimental.SandboxError).toBe(false);
});

it("a client's realtime rejects, and a run does not try it again", async () => {
  const { realtime, inngestApi } = new Inngest({ id: "app" });
  for (const call of [realtime.publish, realtime.subscribe, realtime.token, inngestApi.getSubscriptionToken]) {
    await expect(call()).rejects.toMatchObject({
      name: "NonRetriableError",
      message: expect.stringContaining("Realtime is not built in Stepwell"),
    });
  }
});

it("headers, query parameters and events have the keys of both SDKs", () => {
  expect([headerKeys.Signature, headerKeys.signature, headerKeys.InngestRunId]).toEqual([
    "x-inngest-signature",
    "x-inngest-signature",
    "x-run-id",
  ]);
  expect([queryKeys.FnId, queryKeys.functionId]).toEqual(["fnId", "fnId"]);
  expect([internalEvents.FunctionFailed, internalEvents.functionFailed]).toEqual([
    "inngest/function.failed",
    "inngest/function.failed",
  ]);
  expect([internalEvents.HttpRequest, internalEvents.DeferredSchedule]).toEqual([
    "inngest/http.request",
    "inngest/deferred.schedule",
  ]);
});
