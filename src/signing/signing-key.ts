/**
 * Signing keys: the prefix `signkey-<environment>-`, and the hash by which a key travels as a bearer token.
 * Called by the SDK's handler and client and by the engine. Must never put a key into an error message.
 */
import { fromHex, toHex } from "./hex.ts";

const PREFIX = /^signkey-\w+-/;
const MAX_CACHED_HASHES = 32;
const encoder = new TextEncoder();
const hashes = new Map<string, Promise<string>>();

/** The key without `signkey-<environment>-`. A key without a prefix comes back as it is. */
export function stripKeyPrefix(key: string): string {
  return key.replace(PREFIX, "");
}

/**
 * The bearer token for a signing key: its prefix, kept, and the SHA-256 of the bytes that the rest spells in hexadecimal.
 * Made once for a key: every request to the engine carries one.
 * @throws {TypeError} when the rest is empty or not hexadecimal; the message does not show the key.
 */
export function hashSigningKey(key: string): Promise<string> {
  let hash = hashes.get(key);
  if (!hash) {
    if (hashes.size >= MAX_CACHED_HASHES) hashes.clear();
    hash = hashOf(key);
    hashes.set(key, hash);
  }
  return hash;
}

async function hashOf(key: string): Promise<string> {
  const prefix = PREFIX.exec(key)?.[0] ?? "";
  const bytes = fromHex(key.slice(prefix.length));
  if (!bytes || bytes.length === 0) {
    throw new TypeError("The signing key is not hexadecimal: check INNGEST_SIGNING_KEY.");
  }
  return prefix + toHex(new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", bytes)));
}

/** Lower-case hexadecimal SHA-256 of a text's UTF-8 bytes. */
export async function sha256Hex(text: string): Promise<string> {
  return toHex(new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", encoder.encode(text))));
}
