import { brotliCompressSync, gzipSync } from "node:zlib";
import { verifySignature } from "stepwell/signing";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSystemClock } from "../../../server/src/system/system-clock.ts";
import { createHttpSdkCaller } from "../../../server/src/transport/http-sdk-caller.ts";
import { never, reply, sdk, useHttpCaller } from "../../helpers/http-caller.ts";
import { sdkCallTo } from "../../helpers/sdk-call.ts";

const stepHash = "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8";

const { caller, startApp, answerTo, failureTo } = useHttpCaller();

describe("what a call sends", () => {
  test("the body as it is, the step in the query, and who asks in the headers", async () => {
    const app = await startApp(reply(206, "[]"));
    await caller().call(sdkCallTo(app.url, { stepId: stepHash }), never);
    const [request] = app.seen;
    expect(request).toMatchObject({ method: "POST", body: '{"a":1}' });
    expect(request?.path).toBe(`/api/inngest?fnId=app-hello&stepId=${stepHash}`);
    expect(request?.headers).toMatchObject({
      "content-type": "application/json",
      "content-length": "7",
      "account-id": "00000000-0000-4000-a000-000000000000",
      "x-run-id": "RUN",
      "x-request-id": "REQUEST",
      "x-inngest-job-id": "JOB",
      "x-inngest-generation-id": "2",
      "x-inngest-req-version": "-1",
      "x-inngest-step-id": stepHash,
    });
    expect(request?.headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(request?.headers.tracestate).toContain("inngest@fn=FN");
    expect(request?.headers).not.toHaveProperty("x-inngest-signature");
  });

  test("each call has a trace of its own", async () => {
    const app = await startApp(reply(206, "[]"));
    await caller().call(sdkCallTo(app.url), never);
    await caller().call(sdkCallTo(app.url), never);
    expect(app.seen[0]?.headers.traceparent).not.toBe(app.seen[1]?.headers.traceparent);
  });

  test.each(["7468697320697320612074657374206b6579", "signkey-prod-7468697320697320612074657374206b6579"])(
    "a signature that the app can check, with the key %s",
    async (signingKey) => {
      const signing = createHttpSdkCaller({ signingKey, serverKind: "cloud", clock: createSystemClock() });
      const app = await startApp(reply(206, "[]"));
      await signing.call(sdkCallTo(app.url), never);
      const header = app.seen[0]?.headers["x-inngest-signature"] as string;
      const input = { header, body: '{"a":1}', keys: ["7468697320697320612074657374206b6579"], nowMs: Date.now() };
      expect((await verifySignature(input)).ok).toBe(true);
      expect(JSON.stringify(app.seen)).not.toContain("7468697320697320612074657374206b6579");
      await signing.close();
    },
  );

  test("connections are kept: twenty calls one after the other need no more than two", async () => {
    const app = await startApp(reply(206, "[]"));
    for (let i = 0; i < 20; i++) await caller().call(sdkCallTo(app.url), never);
    expect(app.connections()).toBeLessThanOrEqual(2);
  });

  test("calls at the same time do not wait for each other", async () => {
    let waiting: (() => void)[] = [];
    const app = await startApp((_, response) => {
      waiting.push(() => response.writeHead(206, sdk).end("[]"));
      if (waiting.length < 20) return;
      for (const go of waiting) go();
      waiting = [];
    });
    const warnings: Error[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning);
    process.on("warning", onWarning);
    onTestFinished(() => void process.off("warning", onWarning));
    const answers = await Promise.all(Array.from({ length: 20 }, () => caller().call(sdkCallTo(app.url), never)));
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(["operations"]));
    expect(warnings).toEqual([]);
  });
});

describe("operations", () => {
  const step = {
    op: "StepRun",
    id: stepHash,
    name: "a",
    opts: {},
    displayName: "a",
    userland: { id: "a" },
    data: { n: 1 },
  };

  test("a list of them, as they are", async () => {
    const headers = { ...sdk, "x-inngest-req-version": "2" };
    expect(await answerTo(reply(206, JSON.stringify([step]), headers))).toEqual({
      kind: "operations",
      operations: [step],
      retry: { noRetry: null, retryAt: null },
      requestVersion: 2,
    });
  });

  test("a single one without a list", async () => {
    expect(await answerTo(reply(206, JSON.stringify(step)))).toMatchObject({
      operations: [step],
      requestVersion: null,
    });
  });

  test("none", async () => {
    expect(await answerTo(reply(206, "[]"))).toMatchObject({ kind: "operations", operations: [] });
  });

  test.each([
    ["an empty body", "", /empty/],
    ["text", "<html>", /not JSON.*<html>/],
    ["null in the list", "[null]", /operation 1 is null/],
    ["null", "null", /operation 1 is null/],
    ["a number", "[1]", /operation 1 is a number/],
    ["an unknown opcode", '[{"op":"Dance","id":"x"}]', /unknown opcode "Dance"/],
    ["no opcode", '[{"id":"x"}]', /unknown opcode/],
    ["no id", '[{"op":"StepRun"}]', /has no id/],
  ])("refused: %s", async (_, body, message) => {
    const { error, retry } = await failureTo(reply(206, body));
    expect(error.message).toMatch(message);
    expect(error.code).toBe("invalid_answer");
    expect(retry).toEqual({ noRetry: null, retryAt: null });
  });

  test("with advice on retries", async () => {
    const got = await answerTo(reply(206, "[]", { ...sdk, "x-inngest-no-retry": "true" }));
    expect(got).toMatchObject({ retry: { noRetry: true, retryAt: null } });
  });
});

describe("results", () => {
  test.each([
    ["an object, its keys in their order", '{"b":1, "a":[1,2]}', '{"b":1,"a":[1,2]}'],
    ["a text", '"fast"', '"fast"'],
    ["null", "null", "null"],
    ["nothing", "", "null"],
    ["what is not JSON, as text", "plain words", '"plain words"'],
    ["an object that was encoded twice", '"{\\"a\\":1}"', '{"a":1}'],
    ["a text that is a number in quotes", '"12"', '"12"'],
  ])("%s", async (_, body, output) => {
    expect(await answerTo(reply(200, body))).toEqual({ kind: "result", output, requestVersion: null });
  });

  test("a text that looks like JSON stays one when the SDK tells its version", async () => {
    const headers = { ...sdk, "x-inngest-req-version": "2" };
    expect(await answerTo(reply(200, '"{\\"a\\":1}"', headers))).toMatchObject({
      output: '"{\\"a\\":1}"',
      requestVersion: 2,
    });
  });

  test("half a surrogate pair is mended", async () => {
    expect(await answerTo(reply(200, '"\\ud800"'))).toMatchObject({ kind: "result", output: '"\uFFFD"' });
  });

  test("what is nested too deep is a failure, not a crash", async () => {
    const deep = "[".repeat(9000) + "]".repeat(9000);
    expect((await failureTo(reply(200, deep))).error.message).toMatch(/cannot be kept: .*500 levels/);
  });

  test.each([
    ["gzip", gzipSync('{"a":1}')],
    ["br", brotliCompressSync('{"a":1}')],
  ])("packed with %s", async (encoding, body) => {
    expect(await answerTo(reply(200, body, { ...sdk, "content-encoding": encoding }))).toMatchObject({
      output: '{"a":1}',
    });
  });

  test("damaged gzip, and a packing that is unknown", async () => {
    const damaged = reply(200, "nonsense", { ...sdk, "content-encoding": "gzip" });
    expect((await failureTo(damaged)).error.message).toMatch(/gzip content is damaged/);
    const unknown = reply(200, "nonsense", { ...sdk, "content-encoding": "compress" });
    expect((await failureTo(unknown)).error.message).toMatch(/packed with "compress"/);
  });
});

describe("streamed answers", () => {
  test("blanks first, then the real status, headers and body", async () => {
    const body = JSON.stringify([{ op: "StepRun", id: stepHash, data: 1 }]);
    const inner = { status: 206, headers: { "X-Inngest-Req-Version": "1" }, body };
    const got = await answerTo((_, response) => {
      response.writeHead(201, sdk);
      response.write("  \n ");
      response.end(JSON.stringify(inner));
    });
    expect(got).toMatchObject({ kind: "operations", operations: [{ id: stepHash }], requestVersion: 1 });
  });

  test("a failure inside", async () => {
    const inner = { status: 500, headers: { "retry-after": "3" }, body: '{"name":"TypeError","message":"x"}' };
    const before = Date.now();
    const got = await failureTo(reply(201, JSON.stringify(inner)));
    expect(got.error).toMatchObject({ name: "TypeError", message: "x" });
    expect(got.retry.retryAt).toBeGreaterThanOrEqual(before + 3_000);
  });

  test("a result inside whose body is not text", async () => {
    expect(await answerTo(reply(201, '{"status":200,"body":{"a":1}}'))).toMatchObject({ output: '{"a":1}' });
  });

  test("one that ends without a status", async () => {
    expect((await failureTo(reply(201, "   "))).error.message).toMatch(/without a status/);
  });
});

describe("failures", () => {
  test("the SDK's error, with its causes", async () => {
    const error = {
      name: "TypeError",
      message: "no",
      stack: "TypeError: no\n at x",
      cause: { message: "why" },
      __serialized: true,
    };
    const headers = { ...sdk, "x-inngest-no-retry": "false", "retry-after": "2" };
    const before = Date.now();
    const got = await failureTo(reply(500, JSON.stringify(error), headers));
    const after = Date.now();
    expect(got.error).toEqual(error);
    expect(got.retry.noRetry).toBe(false);
    expect(got.retry.retryAt).toBeGreaterThanOrEqual(before + 2_000);
    expect(got.retry.retryAt).toBeLessThanOrEqual(after + 2_000);
  });

  test("never again", async () => {
    const got = await failureTo(
      reply(400, '{"name":"NonRetriableError","message":"never"}', { ...sdk, "x-inngest-no-retry": "true" }),
    );
    expect(got.retry.noRetry).toBe(true);
  });

  test("an error without a name, and one that was encoded twice", async () => {
    expect((await failureTo(reply(500, '{"message":"m"}'))).error).toMatchObject({ name: "Error", message: "m" });
    const twice = JSON.stringify(JSON.stringify({ name: "E", message: "m" }));
    expect((await failureTo(reply(500, twice))).error).toEqual({ name: "E", message: "m" });
  });

  test("a status without an error from the SDK", async () => {
    expect((await failureTo(reply(500, ""))).error.message).toMatch(/^invalid status code: 500.*empty body/);
  });

  test("a gateway's page: the status and the beginning of what it says", async () => {
    const page = `<html>\n<h1>502 Bad Gateway</h1>${"x".repeat(5_000)}`;
    const { error, retry } = await failureTo(reply(502, page, { "content-type": "text/html" }));
    expect(error.message).toMatch(/^invalid status code: 502.*not an Inngest SDK.*502 Bad Gateway/);
    const tooLarge = await failureTo(reply(413, "PayloadTooLargeError", { "content-type": "text/html" }));
    expect(tooLarge.error.message).toMatch(/413.*express\.json\(\{ limit: "4mb" \}\)/);
    expect(error.message.length).toBeLessThan(400);
    expect(retry.noRetry).toBeNull();
  });

  test("a page in place of the app", async () => {
    const { error } = await failureTo(reply(200, "<html></html>", { "content-type": "text/html" }));
    expect(error).toMatchObject({ code: "not_sdk" });
    expect(error.message).toMatch(/did not come from an Inngest SDK/);
  });

  test("10 MiB: too large, whether announced or not, packed or not", async () => {
    const tooLarge = { code: "output_too_large" };
    const big = JSON.stringify("x".repeat(10 * 2 ** 20));
    expect((await failureTo(reply(200, big, { ...sdk, "content-length": String(big.length) }))).error).toMatchObject(
      tooLarge,
    );
    expect((await failureTo(reply(200, big))).error).toMatchObject(tooLarge);
    expect((await failureTo(reply(200, gzipSync(big), { ...sdk, "content-encoding": "gzip" }))).error).toMatchObject(
      tooLarge,
    );
  });

  test("just under 8 MiB is read", async () => {
    const body = JSON.stringify("x".repeat(8 * 2 ** 20 - 2));
    expect(await answerTo(reply(200, body))).toMatchObject({ kind: "result", output: body });
  });
});
