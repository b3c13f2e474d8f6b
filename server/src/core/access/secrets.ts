/** Secrets of 256 random bits, and what is kept of them. Used by keys and sessions. Must never log one. */
import { createHash, randomBytes } from "node:crypto";

/** 43 letters, digits, dashes and underscores. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * What is kept and looked for: whoever reads it cannot make the secret of it, and how long a look takes tells nothing of the
 * secret. A slow hash is for passwords: nobody guesses 256 bits.
 */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
