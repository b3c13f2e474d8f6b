/**
 * Whether a delivery comes from who has the webhook's secret. Pure. Called by deliver. Must never log or say a secret, and
 * never compare one in a time that depends on it.
 *
 * Sources: GitHub, "Validating webhook deliveries"; Stripe, "Verify webhook signatures manually"; Standard Webhooks 1.0, which
 * Clerk, Svix and others follow.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { EngineError } from "../../domain/error.ts";
import type { SignatureScheme, WebhookRecord } from "../../domain/webhook.ts";

export interface SignedDelivery {
  /** As it came. */
  bytes: Uint8Array;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  now: number;
}

/** A signature older than this, or from further ahead, may be a replay of one. */
const toleranceMs = 5 * 60_000;

/** Where a scheme has the signature or the secret when the webhook does not say. */
const defaultHeaders: Readonly<Record<SignatureScheme, string>> = {
  hmac: "x-hub-signature-256",
  stripe: "stripe-signature",
  standard: "webhook-signature",
  header: "x-webhook-secret",
};

const refuse = (message: string): EngineError => new EngineError("unauthorized", message);

function hmac(secret: string | Buffer, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const made = createHmac("sha256", secret);
  for (const part of parts) made.update(part);
  return made.digest();
}

/** Of digests, which all have one length. */
const isSame = (given: Buffer, expected: Buffer): boolean =>
  given.length === expected.length && timingSafeEqual(given, expected);

/** Of texts of any length. */
const isSameText = (given: string, expected: string): boolean => isSame(hmac("", given), hmac("", expected));

function readHeader({ headers }: SignedDelivery, ...names: readonly string[]): string {
  const value = names.map((name) => headers[name]).find((text) => text !== undefined && text !== "");
  if (value !== undefined) return value;
  throw refuse(
    `The delivery has no header \`${names.join("` or `")}\`, which this webhook checks. Set the same secret at the sender.`,
  );
}

function assertRecent(seconds: string, now: number): void {
  const at = /^\d{1,12}$/.test(seconds) ? Number(seconds) * 1000 : Number.NaN;
  if (Math.abs(now - at) <= toleranceMs) return;
  throw refuse("The signature is not of the last five minutes. Send the delivery anew, and check the sender's clock.");
}

const wrong = (): EngineError =>
  refuse("The signature does not fit the body. Check that sender and webhook have the same secret.");

/** Hexadecimal as GitHub has it, or Base64 as Shopify. */
function decode(text: string): Buffer {
  const bare = text.replace(/^sha256=/i, "");
  return /^[0-9a-f]{64}$/i.test(bare) ? Buffer.from(bare, "hex") : Buffer.from(bare, "base64");
}

type Check = (delivery: SignedDelivery, secret: string, header: string) => void;

const checks: Readonly<Record<SignatureScheme, Check>> = {
  hmac(delivery, secret, header) {
    if (!isSame(decode(readHeader(delivery, header)), hmac(secret, delivery.bytes))) throw wrong();
  },
  stripe(delivery, secret, header) {
    const parts = readHeader(delivery, header)
      .split(",")
      .map((part) => part.trim().split("=", 2));
    const time = parts.find(([name]) => name === "t")?.[1] ?? "";
    const expected = hmac(secret, `${time}.`, delivery.bytes);
    const signatures = parts.filter(([name]) => name === "v1").map(([, text = ""]) => Buffer.from(text, "hex"));
    if (!signatures.some((given) => isSame(given, expected))) throw wrong();
    assertRecent(time, delivery.now);
  },
  standard(delivery, secret) {
    const id = readHeader(delivery, "webhook-id", "svix-id");
    const time = readHeader(delivery, "webhook-timestamp", "svix-timestamp");
    const given = readHeader(delivery, "webhook-signature", "svix-signature").split(" ");
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    const expected = hmac(key, `${id}.${time}.`, delivery.bytes);
    const signatures = given
      .filter((text) => text.startsWith("v1,"))
      .map((text) => Buffer.from(text.slice(3), "base64"));
    if (!signatures.some((one) => isSame(one, expected))) throw wrong();
    assertRecent(time, delivery.now);
  },
  header(delivery, secret, header) {
    if (isSameText(readHeader(delivery, header), secret)) return;
    throw refuse(`The header \`${header}\` does not hold this webhook's secret.`);
  },
};

/** @throws EngineError `unauthorized`, which says what is wrong with the signature */
export function assertSigned({ scheme, header, secret }: WebhookRecord, delivery: SignedDelivery): void {
  if (scheme !== null && secret !== null) checks[scheme](delivery, secret, header ?? defaultHeaders[scheme]);
}

/** Headers that a transform does not see: what proves who sends, and what a browser or a proxy adds for itself. */
export function isHidden(name: string, { scheme, header }: Pick<WebhookRecord, "scheme" | "header">): boolean {
  if (/^(?:authorization|proxy-authorization|cookie)$/.test(name)) return true;
  return scheme === "header" && name === (header ?? defaultHeaders.header);
}
