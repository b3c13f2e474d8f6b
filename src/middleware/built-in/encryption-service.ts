/**
 * How values are encrypted at rest: as @inngest/middleware-encryption does it, so that apps can change from one SDK to the
 * other with runs under way, or as a user says. What older versions wrote with AES-256-GCM is still read. Never shows a key.
 */
import { NonRetriableError, StepwellError } from "../../errors/index.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { blake2b256, openBox, sealBox } from "./secretbox.ts";

/** One way to encrypt. The middleware keeps its identifier beside each value. */
export interface EncryptionService {
  /** Names the way and its format; values with another name are not given to it. */
  readonly identifier: string;
  encrypt(value: unknown): string | Promise<string>;
  /** Gives back what `encrypt` was given. Rejects when it cannot. */
  decrypt(text: string): unknown;
}

const ALGORITHM = "AES-GCM";
const IV_BYTES = 12;
const NONCE_BYTES = 24;
const INFO = "stepwell/encryption-middleware/1";

/**
 * Encrypts JSON with XSalsa20-Poly1305, as libsodium's secretbox. A key is the BLAKE2b hash of its text, so the texts must
 * be hard to guess (32 random bytes as base64, say).
 * @param keys the first encrypts; all are tried, in order, to decrypt.
 */
export function secretboxService(keys: readonly string[]): EncryptionService {
  const hashed = keys.map((key) => blake2b256(new TextEncoder().encode(key)));
  return {
    identifier: "inngest/libsodium",
    encrypt(value) {
      const nonce = globalThis.crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      return toBase64(sealBox(hashed[0] as Uint8Array, nonce, toUtf8(value)));
    },
    decrypt(text) {
      const box = bytesOf(text);
      for (const key of hashed) {
        const opened = box && openBox(key, box);
        if (opened) return JSON.parse(new TextDecoder().decode(opened));
      }
      throw undecipherable(keys.length);
    },
  };
}

/** What JSON leaves out is stored as null, as it would be without encryption. */
function toUtf8(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value) ?? "null");
}

/** Null when the text is not base64. */
function bytesOf(text: string): Uint8Array | null {
  try {
    return fromBase64(text);
  } catch {
    return null;
  }
}

function undecipherable(keys: number): NonRetriableError {
  return new NonRetriableError(
    `A value cannot be decrypted: none of the ${keys} keys fits, or it was altered. Pass the key that it was encrypted with in \`fallbackDecryptionKeys\`.`,
  );
}

/**
 * Encrypts JSON with AES-256-GCM. Keys are derived from texts with HKDF-SHA-256, so the texts must be hard to guess
 * (32 random bytes as base64, say): a derived key is no stronger than its text.
 * @param keys the first encrypts; all are tried, in order, to decrypt.
 * @throws {StepwellError} `not_supported` where there is no Web Crypto.
 */
export function aesGcmService(keys: readonly string[]): EncryptionService {
  const { subtle } = globalThis.crypto ?? {};
  if (subtle === undefined) {
    throw new StepwellError(
      "encryptionMiddleware needs Web Crypto (`crypto.subtle`), which this runtime does not have.",
      {
        code: "not_supported",
      },
    );
  }
  const derived = keys.map((key) => once(() => deriveKey(subtle, key)));
  return {
    identifier: "stepwell/aes-256-gcm",
    async encrypt(value) {
      const key = await (derived[0] as () => Promise<CryptoKey>)();
      const iv = globalThis.crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const sealed = new Uint8Array(await subtle.encrypt({ name: ALGORITHM, iv }, key, toUtf8(value)));
      const both = new Uint8Array(IV_BYTES + sealed.length);
      both.set(iv);
      both.set(sealed, IV_BYTES);
      return toBase64(both);
    },
    async decrypt(text) {
      for (const key of derived) {
        try {
          const bytes = fromBase64(text);
          const iv = bytes.subarray(0, IV_BYTES);
          const opened = await subtle.decrypt({ name: ALGORITHM, iv }, await key(), bytes.subarray(IV_BYTES));
          return JSON.parse(new TextDecoder().decode(opened));
        } catch {
          // Another key, or a value that was altered: GCM does not tell which.
        }
      }
      throw undecipherable(keys.length);
    },
  };
}

async function deriveKey(subtle: SubtleCrypto, text: string): Promise<CryptoKey> {
  const encoder = new TextEncoder();
  const material = await subtle.importKey("raw", encoder.encode(text), "HKDF", false, ["deriveKey"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encoder.encode(INFO) };
  return subtle.deriveKey(parameters, material, { name: ALGORITHM, length: 256 }, false, ["encrypt", "decrypt"]);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
