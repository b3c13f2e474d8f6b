/**
 * The `x-inngest-signature` header: made over an answer or a request, and checked.
 * Called by the SDK's handler and by the engine. Must never log or return a key other than to the caller that gave it.
 */
import * as limits from "../protocol/limits.ts";
import { hmac } from "./hmac.ts";
import { stripKeyPrefix } from "./signing-key.ts";
import { sortedJson } from "./sorted-json.ts";

const HEADER = /^t=(\d{1,15})&s=([0-9a-fA-F]{64})$/;

/** What {@link verifySignature} needs to know. */
export interface VerifySignatureInput {
  /** The header's value; null or undefined when the request has none. */
  header: string | null | undefined;
  /** The body's text as it arrived; empty for a request without one. */
  body: string;
  /** Keys in the order in which to try them: the current one, then the fallback. Prefixes do not matter. */
  keys: readonly string[];
  /** Milliseconds since 1970. */
  nowMs: number;
}

/** `key` is the one of the given keys that made the signature: sign the answer with it. */
export type VerifySignatureResult =
  | { ok: true; key: string }
  | { ok: false; reason: "missing" | "malformed" | "expired" | "mismatch" };

/**
 * Signs a text exactly as it is given. A request's signer passes canonical JSON, an answer's the body that it sends.
 * @returns the header's value: `t=<seconds since 1970>&s=<HMAC-SHA256 of body and t, hexadecimal>`.
 * @throws {TypeError} when the key is empty.
 */
export async function signBody(key: string, body: string, nowMs: number): Promise<string> {
  const t = Math.round(nowMs / 1000);
  return `t=${t}&s=${await mac(key, body + t)}`;
}

/** Checks a signature over a JSON body (or none), trying each key in turn. Never throws for what a stranger may send. */
export async function verifySignature(input: VerifySignatureInput): Promise<VerifySignatureResult> {
  if (!input.header) return { ok: false, reason: "missing" };
  const match = HEADER.exec(input.header);
  if (!match) return { ok: false, reason: "malformed" };
  const t = match[1] as string;
  if (Math.abs(input.nowMs - Number(t) * 1000) > limits.signatureAgeMs) return { ok: false, reason: "expired" };
  const given = (match[2] as string).toLowerCase();
  const keys = input.keys.filter((key) => stripKeyPrefix(key) !== "");
  // What arrives is mostly canonical already, and then need not be parsed and sorted, which costs more than the rest.
  const key =
    (await signerOf(keys, input.body + t, given)) ?? (await signerOf(keys, canonicalBody(input.body) + t, given));
  return key === null ? { ok: false, reason: "mismatch" } : { ok: true, key };
}

async function signerOf(keys: readonly string[], signed: string, given: string): Promise<string | null> {
  for (const key of keys) {
    if (equalInConstantTime(await mac(key, signed), given)) return key;
  }
  return null;
}

function canonicalBody(body: string): string {
  if (body === "") return "";
  try {
    return sortedJson(JSON.parse(body));
  } catch {
    return body;
  }
}

/** @throws {TypeError} when nothing of the key is left without its prefix. */
function mac(key: string, text: string): string | Promise<string> {
  const secret = stripKeyPrefix(key);
  if (secret === "") throw new TypeError("The signing key is empty.");
  return hmac(secret, text);
}

function equalInConstantTime(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
