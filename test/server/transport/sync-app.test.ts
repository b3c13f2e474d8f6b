import { signBody, verifySignature } from "stepwell/signing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SdkCaller, SyncOutcome } from "../../../server/src/ports/sdk-caller.ts";
import { createSystemClock } from "../../../server/src/system/system-clock.ts";
import { createHttpSdkCaller } from "../../../server/src/transport/http-sdk-caller.ts";
import { type Answering, type AppServer, startAppServer } from "../../helpers/app-server.ts";
import { createManualClock } from "../../helpers/manual-clock.ts";

const sdk = { "x-inngest-sdk": "inngest-js:v4.24.0", "content-type": "application/json" };

let caller: SdkCaller;
let app: AppServer | null;

beforeEach(() => {
  app = null;
  caller = createHttpSdkCaller({ signingKey: null, serverKind: "dev", clock: createSystemClock() });
});

afterEach(async () => {
  await caller.close();
  await app?.close();
});

const reply =
  (status: number, body: unknown, headers: Record<string, string> = sdk): Answering =>
  (_, response) =>
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));

async function syncWith(answer: Answering) {
  app = await startAppServer(answer);
  return caller.sync(`${app.url}/api/inngest`, "d1");
}

test("an app that registers itself", async () => {
  const outcome = await syncWith(reply(200, { message: "Successfully registered", modified: true }));
  expect(outcome).toEqual({ kind: "registered", modified: true });
  const [request] = app?.seen ?? [];
  expect(request).toMatchObject({
    method: "PUT",
    path: "/api/inngest?deployId=d1",
    body: JSON.stringify({ url: `${app?.url}/api/inngest` }),
    headers: { "content-type": "application/json", "x-inngest-server-kind": "dev" },
  });
  expect(request?.headers).not.toHaveProperty("x-inngest-signature");
});

test("in band is asked for first; an app that refuses it is asked to register by itself", async () => {
  const kinds: unknown[] = [];
  app = await startAppServer((request, response) => {
    const kind = request.headers["x-inngest-sync-kind"];
    kinds.push(kind);
    if (kind === "in_band") response.writeHead(400, sdk).end('{"code":"invalid_request","message":"not in band"}');
    else response.writeHead(200, sdk).end('{"message":"Successfully registered","modified":true}');
  });
  expect(await caller.sync(`${app.url}/api/inngest`, "d1")).toEqual({ kind: "registered", modified: true });
  expect(kinds).toEqual(["in_band", undefined]);
});

test("what is no app is asked once", async () => {
  app = await startAppServer((_, response) => response.writeHead(404).end("<html>"));
  expect(await caller.sync(`${app.url}/api/inngest`, "d1")).toMatchObject({ code: "url_not_found" });
  expect(app.seen).toHaveLength(1);
});

test("an in-band answer counts only when it is signed with the engine's key", async () => {
  const key = "signkey-test-00ff";
  const body = JSON.stringify({ app_id: "a", functions: [] });
  const signed = await signBody(key, body, Date.now());
  const syncSigned = async (signature: string | null): Promise<SyncOutcome> => {
    const signing = createHttpSdkCaller({ signingKey: key, serverKind: "cloud", clock: createSystemClock() });
    const headers = { ...sdk, "x-inngest-sync-kind": "in_band" };
    const server = await startAppServer((_, response) =>
      response
        .writeHead(200, signature === null ? headers : { ...headers, "x-inngest-signature": signature })
        .end(body),
    );
    const outcome = await signing.sync(`${server.url}/x`, "d1");
    await signing.close();
    await server.close();
    return outcome;
  };
  expect(await syncSigned(signed)).toMatchObject({ kind: "in-band" });
  expect(await syncSigned(signed.replace(/.{4}$/, "0000"))).toMatchObject({ code: "invalid_signing_key" });
  expect(await syncSigned(null)).toMatchObject({ kind: "failed", code: "invalid_signing_key" });
});

test("an app in cloud mode without a signing key is told what to set", async () => {
  expect(await syncWith(reply(500, { code: "internal_server_error" }))).toEqual({
    kind: "failed",
    code: "missing_signing_key",
    message: expect.stringMatching(/INNGEST_DEV=1.*INNGEST_SIGNING_KEY/),
  });
});

test("an app that hides its SDK from strangers, as in the recordings", async () => {
  const headers = { "content-type": "application/json", "x-inngest-sdk-handled": "true" };
  expect(await syncWith(reply(200, { message: "Successfully registered", modified: false }, headers))).toEqual({
    kind: "registered",
    modified: false,
  });
});

test("signed when there is a key", async () => {
  const signing = createHttpSdkCaller({
    signingKey: "signkey-test-00ff",
    serverKind: "cloud",
    clock: createSystemClock(),
  });
  app = await startAppServer(reply(200, { message: "Successfully registered", modified: true }));
  await signing.sync(`${app.url}/x`, "d1");
  const [request] = app.seen;
  const header = request?.headers["x-inngest-signature"] as string;
  const checked = await verifySignature({ header, body: request?.body ?? "", keys: ["00ff"], nowMs: Date.now() });
  expect(checked.ok).toBe(true);
  expect(request?.headers["x-inngest-server-kind"]).toBe("cloud");
  await signing.close();
});

test("an app that answers in band", async () => {
  const functions = [{ id: "rec-hello", name: "hello", triggers: [{ event: "a" }], steps: {} }];
  const body = {
    app_id: "rec",
    appVersion: "7",
    capabilities: { connect: "v1" },
    env: null,
    framework: "nodejs",
    functions,
    sdk_author: "inngest",
    sdk_language: "js",
    sdk_version: "4.24.0",
    sdk: "js:v4.24.0",
    url: "http://127.0.0.1:3001/api/inngest",
  };
  expect(await syncWith(reply(200, body, { ...sdk, "x-inngest-sync-kind": "in_band" }))).toEqual({
    kind: "in-band",
    registration: {
      url: "http://127.0.0.1:3001/api/inngest",
      deployType: "ping",
      framework: "nodejs",
      appName: "rec",
      appVersion: "7",
      capabilities: { connect: "v1" },
      functions,
      sdk: "js:v4.24.0",
      v: "0.1",
    },
  });
});

test("an in-band answer that says less: what is missing is made from the rest", async () => {
  const outcome = await syncWith(reply(200, { app_id: "a", functions: [], sdk_language: "js", sdk_version: "v4" }));
  expect(outcome).toMatchObject({ registration: { url: `${app?.url}/api/inngest`, sdk: "js:v4", framework: "" } });
});

test("an in-band answer without an app", async () => {
  expect(await syncWith(reply(200, { functions: [] }))).toMatchObject({ kind: "failed", code: "invalid_function" });
});

test.each([
  [401, { message: "Unauthorized" }, "unauthorized", /same signing key/],
  [403, "no", "forbidden", /refuses/],
  [404, "<html>", "url_not_found", /path/],
  [500, { name: "Error", message: "boom" }, "internal_server_error", /boom/],
  [400, { code: "missing_signing_key", message: "no key here" }, "missing_signing_key", /no key here/],
  [400, { code: "no_functions" }, "no_functions", /no_functions/],
  [400, { message: "Invalid signing key" }, "invalid_signing_key", /Invalid signing key/],
  [400, { error: "function without a trigger" }, "invalid_function", /trigger/],
  [418, { message: "teapot" }, "sync_failed", /418: teapot/],
  [418, "", "sync_failed", /418\.$/],
])("an app that answers %i %j: %s", async (status, body, code, message) => {
  const outcome = await syncWith(reply(status, body));
  expect(outcome).toEqual({ kind: "failed", code, message: expect.stringMatching(message) });
});

test.each([
  ["a page", reply(200, "<html></html>", { "content-type": "text/html" })],
  ["JSON of someone else", reply(200, { message: "hi" }, {})],
  ["an SDK's header over something that is not an object", reply(200, "[]")],
])("%s is no app", async (_, answer) => {
  expect(await syncWith(answer)).toMatchObject({ kind: "failed", code: "not_sdk" });
});

test("nobody there, and a URL that is none", async () => {
  app = await startAppServer(reply(200, {}));
  await app.close();
  expect(await caller.sync(`${app.url}/api/inngest`, "d1")).toMatchObject({ kind: "failed", code: "unreachable" });
  expect(await caller.sync("localhost:3000", "d1")).toMatchObject({ kind: "failed", code: "invalid_url" });
  app = null;
});

test("an app that does not answer is given 10 s", async () => {
  const clock = createManualClock();
  const patient = createHttpSdkCaller({ signingKey: null, serverKind: "dev", clock });
  let arrived = (): void => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  app = await startAppServer(() => arrived());
  const outcome = patient.sync(`${app.url}/api/inngest`, "d1");
  await arrival;
  await clock.advance(10_001, () => new Promise((resolve) => setImmediate(resolve)));
  expect(await outcome).toEqual({ kind: "failed", code: "timeout", message: expect.stringMatching(/10 s/) });
  await patient.close();
});

test("probe: only an SDK counts", async () => {
  app = await startAppServer((request, response) => {
    const headers = request.path === "/api/inngest" ? sdk : {};
    response.writeHead(200, headers).end("{}");
  });
  expect(await caller.probe(`${app.url}/api/inngest`, 2_000)).toBe(true);
  expect(await caller.probe(`${app.url}/other`, 2_000)).toBe(false);
  expect(await caller.probe("nonsense", 2_000)).toBe(false);
  expect(app.seen.map(({ method }) => method)).toEqual(["GET", "GET"]);
  await app.close();
  expect(await caller.probe(`${app.url}/api/inngest`, 2_000)).toBe(false);
  app = null;
});
