import { signBody } from "stepwell/signing";
import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "../../../server/src/transport/http-exchange.ts";
import { signsAnswers, verifyAnswer } from "../../../server/src/transport/verify-answer.ts";

const signingKey = "signkey-test-00112233";
const nowMs = Date.parse("2026-01-01T00:00:00Z");
const sdk = "js:v4.24.0";
const headers = { "x-inngest-sdk": "inngest-js:v4.24.0" };
const answer = (status: number, body: string, more: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { ...headers, ...more },
  body,
});
const check = (given: HttpAnswer, of: string = sdk) => verifyAnswer(given, { signingKey, sdk: of, nowMs });
const sign = (body: string, key: string = signingKey, at: number = nowMs) => signBody(key, body, at);

describe("an answer in start mode", () => {
  it("counts when it is signed with the engine's key, keys of objects in any order", async () => {
    const body = '{"b":1,"a":[2]}';
    const signed = answer(200, body, { "x-inngest-signature": await sign(body) });
    expect(await check(signed)).toEqual({ ok: true, answer: signed });
  });

  it.each([
    ["another key", async (body: string) => sign(body, "ffff")],
    ["another body", async () => sign('"other"')],
    ["an old time", async (body: string) => sign(body, signingKey, nowMs - 400_000)],
    ["nonsense", async () => "t=1&s=2"],
  ])("is refused when its signature is of %s, whatever the SDK", async (_, signature) => {
    const forged = answer(206, "[]", { "x-inngest-signature": await signature("[]") });
    for (const of of [sdk, "go:v0.9.0", ""])
      expect(await check(forged, of)).toMatchObject({ ok: false, error: { code: "invalid_signature" } });
  });

  it("is refused without a signature when the app's SDK makes them", async () => {
    for (const status of [200, 206]) {
      const unsigned = answer(status, "[]");
      expect(await check(unsigned)).toMatchObject({ ok: false, error: { code: "invalid_signature" } });
      expect(await check(unsigned, "go:v0.9.0")).toEqual({ ok: true, answer: unsigned });
    }
  });

  it("may say without a signature that a call failed, but not that it must not be tried again", async () => {
    const refused = answer(400, "{}", { "x-inngest-no-retry": "true", "retry-after": "86400" });
    expect(await check(refused)).toEqual({ ok: true, answer: answer(400, "{}") });
  });

  it("that was streamed is signed inside", async () => {
    const body = '{"done":true}';
    const inner = { status: 200, headers: { ...headers, "x-inngest-signature": await sign(body) }, body };
    const streamed = answer(201, ` ${JSON.stringify(inner)}`);
    expect(await check(streamed)).toEqual({ ok: true, answer: streamed });
    const forged = answer(201, JSON.stringify({ ...inner, body: '{"done":false}' }));
    expect(await check(forged)).toMatchObject({ ok: false });
    expect(await check(answer(201, JSON.stringify({ status: 200, headers, body })))).toMatchObject({ ok: false });
  });
});

describe("signsAnswers", () => {
  it.each([
    ["js:v4.24.0", true],
    ["js:4.0.1", true],
    ["js:v3.54.2", true],
    ["js:v3.20.0", false],
    ["go:v0.9.0", false],
    ["", false],
  ])("of %j is %s", (of, expected) => expect(signsAnswers(of)).toBe(expected));
});
