/** Against the published vectors, and lengths around every block's border. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { blake2b256, openBox, sealBox } from "../../src/middleware/built-in/secretbox.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (length: number, seed: string): Uint8Array => {
  const out = new Uint8Array(length);
  for (let at = 0; at < length; at += 32) {
    const hash = createHash("sha256").update(`${seed}${at}`).digest();
    out.set(hash.subarray(0, Math.min(32, length - at)), at);
  }
  return out;
};

test("BLAKE2b-256", () => {
  expect(hex(blake2b256(utf8("abc")))).toBe("bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  expect(hex(blake2b256(utf8("")))).toBe("0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  expect(blake2b256(bytes(300, "long"))).toHaveLength(32);
});

test("what was sealed is opened by its key alone, unaltered alone", () => {
  const key = bytes(32, "key");
  for (const length of [0, 1, 15, 16, 31, 32, 33, 63, 64, 65, 200, 1000]) {
    const message = bytes(length, "message");
    const box = sealBox(key, bytes(24, `nonce${length}`), message);
    expect(openBox(key, box)).toEqual(message);
    expect(openBox(bytes(32, "other"), box)).toBeNull();
    for (const at of [0, 24, box.length - 1]) {
      const altered = Uint8Array.from(box);
      altered[at] = (altered[at] as number) ^ 1;
      expect(openBox(key, altered)).toBeNull();
    }
  }
  expect(openBox(key, new Uint8Array(39))).toBeNull();
});

test("the box of NaCl's own test, as its authors computed it", () => {
  const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
  const box = sealBox(
    unhex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389"),
    unhex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37"),
    unhex(
      "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705",
    ),
  );
  expect(hex(box.subarray(24))).toBe(
    "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5",
  );
});
