/** What requests say of a webhook, checked. Called by webhooks. Each error names the field that is wrong. */
import { type SignatureScheme, signatureSchemes, type WebhookRecord } from "../../domain/webhook.ts";
import { type Fields, readName, refuse, toFields } from "../access/read-request.ts";
import { compileTransform } from "../expression/transform.ts";

type Signature = Pick<WebhookRecord, "scheme" | "header" | "secret">;

const secretMax = 500;
const none: Signature = { scheme: null, header: null, secret: null };

function readTransform({ transform }: Fields): string {
  if (typeof transform !== "string" || transform.trim() === "")
    throw refuse('`transform` must be an expression that gives an event, such as {"name": "shop/paid", "data": body}.');
  compileTransform(transform);
  return transform;
}

function readHeader(header: unknown, scheme: SignatureScheme): string | null {
  if (header === undefined || header === null || header === "") return null;
  if (scheme === "standard") throw refuse("`signature.header` is not for `standard`, whose headers have their names.");
  if (typeof header === "string" && /^[\w-]{1,100}$/.test(header)) return header.toLowerCase();
  throw refuse("`signature.header` must be the name of a header, such as x-hub-signature-256.");
}

function readSecret(secret: unknown, scheme: SignatureScheme): string {
  if (typeof secret !== "string" || secret === "" || secret.length > secretMax)
    throw refuse(`\`signature.secret\` must be a text of 1 to ${secretMax} characters.`);
  if (scheme === "standard" && !/^(?:whsec_)?[A-Za-z0-9+/]{8,}={0,2}$/.test(secret))
    throw refuse("`signature.secret` must be as the sender shows it: whsec_ and Base64.");
  return secret;
}

/** `before`: what is there, whose secret stays when none is given. */
function readSignature(value: unknown, before: Signature): Signature {
  if (value === undefined || value === null) return none;
  const fields = toFields(value, ["scheme", "header", "secret"]);
  const scheme = signatureSchemes.find((known) => known === fields["scheme"]);
  if (scheme === undefined) throw refuse(`\`signature.scheme\` must be one of ${signatureSchemes.join(", ")}.`);
  const kept = before.scheme === scheme ? before.secret : null;
  const secret = (fields["secret"] ?? null) === null ? kept : fields["secret"];
  return { scheme, header: readHeader(fields["header"], scheme), secret: readSecret(secret, scheme) };
}

/** @throws EngineError `invalid_request`, `invalid_expression` */
export function readNew(fields: Fields): Pick<WebhookRecord, "name" | "transform"> & Signature {
  return { name: readName(fields), transform: readTransform(fields), ...readSignature(fields["signature"], none) };
}

/** @throws EngineError `invalid_request`, `invalid_expression` */
export function readChange(fields: Fields, before: WebhookRecord): Partial<WebhookRecord> {
  return {
    ...(fields["name"] === undefined ? {} : { name: readName(fields) }),
    ...(fields["transform"] === undefined ? {} : { transform: readTransform(fields) }),
    ...(fields["signature"] === undefined ? {} : readSignature(fields["signature"], before)),
  };
}
