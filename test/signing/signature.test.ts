import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  canonicalJson,
  hashSigningKey,
  sha256Hex,
  signBody,
  stripKeyPrefix,
  verifySignature,
} from "../../src/signing/index.ts";

const KEY = "7468697320697320612074657374206b6579";
const OTHER = "signkey-prod-00ff00ff";
const NOW = 1_795_307_084_000;
const BODY = '{"b":1,"a":[true,null,"ü"]}';
const signed = (key: string, nowMs: number): Promise<string> => signBody(key, canonicalJson(JSON.parse(BODY)), nowMs);

/** With the runtime's own HMAC, and as where there is Web Crypto alone. */
describe.each(["node:crypto", "Web Crypto"])("signatures by %s", (by) => {
  beforeEach(() => {
    if (by === "Web Crypto") vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
  });
  afterEach(() => vi.restoreAllMocks());

  it("uses it", async () => {
    const sign = vi.spyOn(globalThis.crypto.subtle, "sign");
    await signBody(KEY, "x", NOW);
    expect(sign).toHaveBeenCalledTimes(by === "Web Crypto" ? 1 : 0);
  });

  it("accepts every signature of the recorded server, and makes the SDK's recorded one", async () => {
    const exchanges = JSON.parse(
      readFileSync(new URL("../protocol/fixtures/signed-calls.json", import.meta.url), "utf8"),
    ) as { requestSignature: string; requestBody: unknown; responseSignature: string; responseText: string }[];
    expect(exchanges.length).toBeGreaterThan(2);
    for (const exchange of exchanges) {
      const seconds = Number(/t=(\d+)/.exec(exchange.requestSignature)?.[1]);
      const result = await verifySignature({
        header: exchange.requestSignature,
        body: JSON.stringify(exchange.requestBody),
        keys: [KEY],
        nowMs: seconds * 1000,
      });
      expect(result).toEqual({ ok: true, key: KEY });
      const answeredAt = Number(/t=(\d+)/.exec(exchange.responseSignature)?.[1]);
      expect(await signBody(KEY, exchange.responseText, answeredAt * 1000)).toBe(exchange.responseSignature);
    }
  });

  it.each([[KEY], [`signkey-test-${KEY}`]])("round-trips with and without a prefix", async (key) => {
    const header = await signed(key, NOW);
    expect(await verifySignature({ header, body: BODY, keys: [KEY], nowMs: NOW })).toEqual({ ok: true, key: KEY });
  });

  it("does not care about key order or white space of the body", async () => {
    const header = await signed(KEY, NOW);
    const body = ' { "a": [true, null, "ü"], "b": 1 } ';
    expect((await verifySignature({ header, body, keys: [KEY], nowMs: NOW })).ok).toBe(true);
  });

  it.each(["é€😀", "lone \ud800 surrogate", "\0", "x".repeat(100_000)])(
    "signs the UTF-8 bytes of %.20j",
    async (text) => {
      const bytes = Buffer.from(text + NOW / 1000, "utf8");
      const expected = createHmac("sha256", KEY).update(bytes).digest("hex");
      expect(await signBody(KEY, text, NOW)).toBe(`t=${NOW / 1000}&s=${expected}`);
    },
  );

  it("signs an empty body as nothing but the time", async () => {
    const header = await signBody(KEY, "", NOW);
    expect((await verifySignature({ header, body: "", keys: [KEY], nowMs: NOW })).ok).toBe(true);
  });

  it("names the fallback key when that one signed", async () => {
    const header = await signed(OTHER, NOW);
    expect(await verifySignature({ header, body: BODY, keys: [KEY, OTHER], nowMs: NOW })).toEqual({
      ok: true,
      key: OTHER,
    });
  });

  it.each([
    [300_000, true],
    [-300_000, true],
    [301_000, false],
    [-301_000, false],
  ])("is good for 300 s either way: %d ms", async (ageMs, ok) => {
    const header = await signed(KEY, NOW - ageMs);
    const result = await verifySignature({ header, body: BODY, keys: [KEY], nowMs: NOW });
    expect(result).toEqual(ok ? { ok: true, key: KEY } : { ok: false, reason: "expired" });
  });

  it.each([
    [null, "missing"],
    [undefined, "missing"],
    ["", "missing"],
    ["garbage", "malformed"],
    [`t=abc&s=${"0".repeat(64)}`, "malformed"],
    [`t=${NOW / 1000}&s=zz`, "malformed"],
    [`t=${NOW / 1000}&s=${"0".repeat(64)}`, "mismatch"],
  ])("refuses %s", async (header, reason) => {
    expect(await verifySignature({ header, body: BODY, keys: [KEY], nowMs: NOW })).toEqual({ ok: false, reason });
  });

  it("refuses another body, another key, no key and an empty key", async () => {
    const header = await signed(KEY, NOW);
    const refused = { ok: false, reason: "mismatch" };
    expect(await verifySignature({ header, body: '{"b":2}', keys: [KEY], nowMs: NOW })).toEqual(refused);
    expect(await verifySignature({ header, body: "not json", keys: [KEY], nowMs: NOW })).toEqual(refused);
    expect(await verifySignature({ header, body: BODY, keys: [OTHER], nowMs: NOW })).toEqual(refused);
    expect(await verifySignature({ header, body: BODY, keys: [], nowMs: NOW })).toEqual(refused);
    expect(await verifySignature({ header, body: BODY, keys: ["", "signkey-test-"], nowMs: NOW })).toEqual(refused);
  });

  it("refuses to sign with an empty key", async () => {
    await expect(signBody("signkey-test-", "x", NOW)).rejects.toThrow("signing key is empty");
  });

  it("keeps working when many keys have been seen", async () => {
    for (let i = 0; i < 70; i++) {
      const key = `aa${i.toString(16).padStart(2, "0")}`;
      const header = await signed(key, NOW);
      expect((await verifySignature({ header, body: BODY, keys: [key], nowMs: NOW })).ok).toBe(true);
    }
  });
});

describe("keys", () => {
  it("hashes as the recorded SDK did, prefix kept", async () => {
    const hash = "ed30c63423735b44011c49a38c01a8062833420cfb299072e0263c986242556a";
    expect(await hashSigningKey(KEY)).toBe(hash);
    expect(await hashSigningKey(`signkey-test-${KEY}`)).toBe(`signkey-test-${hash}`);
  });

  it.each(["signkey-test-", "", "not hex!", "signkey-prod-abc"])("refuses %j without showing it", async (key) => {
    const error = await hashSigningKey(key).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain("INNGEST_SIGNING_KEY");
    if (key.length > 13) expect((error as Error).message).not.toContain(key);
  });

  it("strips a prefix, and hashes text", async () => {
    expect(stripKeyPrefix("signkey-branch-ab12")).toBe("ab12");
    expect(stripKeyPrefix("ab12")).toBe("ab12");
    expect(await sha256Hex("test")).toBe("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
  });
});

describe("canonicalJson", () => {
  it("sorts keys at every depth and writes numbers as RFC 8785 says", () => {
    expect(canonicalJson({ b: { d: 1, c: -0 }, a: [1e21, 0.1] })).toBe('{"a":[1e+21,0.1],"b":{"c":0,"d":1}}');
  });

  it.each([[Number.NaN], [undefined], [() => 1], ["\ud800"]])("refuses what JSON cannot hold: %s", (value) => {
    expect(() => canonicalJson(value)).toThrow("Cannot write this value as canonical JSON");
  });
});
