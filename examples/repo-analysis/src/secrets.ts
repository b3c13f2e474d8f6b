/**
 * What users entrust to the app: their GitHub tokens and their own keys for a language model, sealed with AES-256-GCM in the
 * database. Must never put one in a message, a log or a result.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { NonRetriableError } from "stepwell";
import type { Database } from "./database.ts";

export type SecretKind = "github-token" | "llm-key";

export interface Secrets {
  save(userId: string, kind: SecretKind, secret: string): void;
  /** Null when none is kept. @throws NonRetriableError when it cannot be read. */
  find(userId: string, kind: SecretKind): string | null;
}

const ivBytes = 12;
const tagBytes = 16;

/** @param encryptionKey 32 bytes; null where nothing may be kept */
export function createSecrets(database: Database, encryptionKey: Buffer | null): Secrets {
  const insert = database.prepare(
    "INSERT INTO user_secrets (user_id, kind, sealed) VALUES (?, ?, ?) ON CONFLICT (user_id, kind) DO UPDATE SET sealed = excluded.sealed",
  );
  const select = database.prepare("SELECT sealed FROM user_secrets WHERE user_id = ? AND kind = ?");
  const needKey = (): Buffer => {
    if (encryptionKey !== null) return encryptionKey;
    throw new NonRetriableError(
      "GITHUB_TOKEN_ENCRYPTION_KEY is not set, so no token can be kept or read. Set it to 64 hexadecimal characters: openssl rand -hex 32",
    );
  };
  return {
    save(userId, kind, secret) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv("aes-256-gcm", needKey(), iv).setAAD(Buffer.from(`${kind} ${userId}`));
      const sealed = Buffer.concat([iv, cipher.update(secret, "utf8"), cipher.final(), cipher.getAuthTag()]);
      insert.run(userId, kind, sealed.toString("base64"));
    },
    find(userId, kind) {
      const row = select.get(userId, kind) as { sealed: string } | undefined;
      if (row === undefined) return null;
      const sealed = Buffer.from(row.sealed, "base64");
      const key = needKey();
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, ivBytes))
          .setAAD(Buffer.from(`${kind} ${userId}`))
          .setAuthTag(sealed.subarray(-tagBytes));
        return Buffer.concat([decipher.update(sealed.subarray(ivBytes, -tagBytes)), decipher.final()]).toString("utf8");
      } catch (cause) {
        throw new NonRetriableError(
          `The ${kind} of ${userId} cannot be read: it was sealed with another GITHUB_TOKEN_ENCRYPTION_KEY. Save it again.`,
          { cause },
        );
      }
    },
  };
}
