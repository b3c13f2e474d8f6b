/**
 * HMAC-SHA256 with a key's text. Called by signature alone. Must never put a key into an error message.
 * Node.js, Bun and Deno have one that answers at once; elsewhere Web Crypto's is waited for, which takes a thread's turn.
 */
import { toHex } from "./hex.ts";

const MAX_CACHED_KEYS = 32;
const encoder = new TextEncoder();
const cryptoKeys = new Map<string, Promise<CryptoKey>>();

interface Hmac {
  update(text: string): Hmac;
  digest(encoding: "hex"): string;
}

interface Runtime {
  process?: {
    getBuiltinModule?: (name: string) => { createHmac?: (algorithm: string, key: string) => Hmac } | undefined;
  };
}

// Put together, so that no bundler takes it for an import.
const MODULE = ["node", "crypto"].join(":");

/** Lower-case hexadecimal HMAC of a text's UTF-8 bytes. */
export function hmac(key: string, text: string): string | Promise<string> {
  const { process } = globalThis as unknown as Runtime;
  const createHmac = process?.getBuiltinModule?.(MODULE)?.createHmac;
  return createHmac ? createHmac("sha256", key).update(text).digest("hex") : webHmac(key, text);
}

async function webHmac(key: string, text: string): Promise<string> {
  const signature = await globalThis.crypto.subtle.sign("HMAC", await cryptoKey(key), encoder.encode(text));
  return toHex(new Uint8Array(signature));
}

function cryptoKey(key: string): Promise<CryptoKey> {
  let imported = cryptoKeys.get(key);
  if (!imported) {
    if (cryptoKeys.size >= MAX_CACHED_KEYS) cryptoKeys.clear();
    imported = globalThis.crypto.subtle.importKey(
      "raw",
      encoder.encode(key),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    cryptoKeys.set(key, imported);
  }
  return imported;
}
