/** A channel out of what a request holds: new ones, and changes of one. Called by create-alerts. No error shows a secret. */
import { randomBytes } from "node:crypto";
import {
  type AlertChannel,
  type ChannelConfig,
  channelKinds,
  type EmailConfig,
  type SmtpTls,
  smtpTlsModes,
  type WebhookConfig,
} from "../../domain/alerts/channel.ts";
import { type Fields, readName, readNumber, readOneOf, readText, readUrl, refuse, toFields } from "./read-fields.ts";

const kindFields = {
  webhook: ["url", "secret"],
  slack: ["url"],
  email: ["host", "port", "tls", "user", "password", "from", "to"],
} as const;

const secretPrefix = "whsec_";
const secretBytes = 24;
const recipientsMax = 50;
const implicitTlsPort = 465;
const submissionPort = 587;

export type ChannelSettings = Pick<AlertChannel, "name" | "config">;

const newWebhookSecret = (): string => secretPrefix + randomBytes(secretBytes).toString("base64");

/** As Standard Webhooks has them: `whsec_` and the base64 of 24 to 64 bytes. */
function readSecret(value: unknown): string {
  const text = typeof value === "string" ? value : "";
  const bytes = /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text)
    ? Buffer.from(text.slice(secretPrefix.length), "base64")
    : null;
  if (bytes !== null && bytes.length >= secretBytes && bytes.length <= 64) return text;
  throw refuse("`secret` must be `whsec_` and the base64 of 24 to 64 bytes; leave it out, and the engine makes one.");
}

function readWebhook(fields: Fields): WebhookConfig {
  const secret = fields["secret"] ?? null;
  return {
    kind: "webhook",
    url: readUrl(fields["url"], "url"),
    secret: secret === null ? newWebhookSecret() : readSecret(secret),
  };
}

/** An address, maybe with a name before it. */
function readAddress(value: unknown, field: string): string {
  const text = readText(value, field, "an e-mail address, such as ana@example.com or Stepwell <alerts@example.com>");
  const address = /<([^<>]+)>$/.exec(text)?.[1] ?? text;
  if (/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(address)) return text;
  throw refuse(`\`${field}\` must be an e-mail address, such as ana@example.com or Stepwell <alerts@example.com>.`);
}

function readRecipients(value: unknown): string[] {
  const list: unknown = typeof value === "string" ? value.split(",").map((part) => part.trim()) : value;
  if (!Array.isArray(list) || list.length === 0 || list.length > recipientsMax)
    throw refuse(`\`to\` must be a list of 1 to ${recipientsMax} e-mail addresses.`);
  return list.map((one: unknown) => readAddress(one, "to"));
}

function readHost(value: unknown): string {
  const text = readText(value, "host", "the name or the address of an SMTP server, such as smtp.example.com");
  if (/^[A-Za-z0-9._:-]+$/.test(text)) return text;
  throw refuse("`host` must be the name or the address of an SMTP server, without a scheme, a port and a path.");
}

function readEmail(fields: Fields): EmailConfig {
  const port = readNumber(fields["port"] ?? submissionPort, "port", { min: 1, max: 65_535, unit: "a port" });
  const standard: SmtpTls = port === implicitTlsPort ? "implicit" : "starttls";
  const user = fields["user"] ?? null;
  const password = fields["password"] ?? null;
  if ((user === null) !== (password === null))
    throw refuse("`user` and `password` go together: give both, or none for a server that asks for none.");
  if (password !== null && (typeof password !== "string" || password === "" || password.length > 1000))
    throw refuse("`password` must be a text of 1 to 1000 characters.");
  return {
    kind: "email",
    host: readHost(fields["host"]),
    port,
    tls: readOneOf(fields["tls"] ?? standard, "tls", smtpTlsModes),
    user: user === null ? null : readText(user, "user", "a text"),
    password,
    from: readAddress(fields["from"], "from"),
    to: readRecipients(fields["to"]),
  };
}

function readConfig(kind: ChannelConfig["kind"], fields: Fields): ChannelConfig {
  switch (kind) {
    case "webhook":
      return readWebhook(fields);
    case "slack":
      return { kind, url: readUrl(fields["url"], "url") };
    case "email":
      return readEmail(fields);
  }
}

/** @throws EngineError `invalid_request` */
export function parseChannel(body: unknown): ChannelSettings {
  const all = ["name", "kind", ...new Set(Object.values(kindFields).flat())];
  const kind = readOneOf(toFields(body, all, "A channel")["kind"], "kind", channelKinds);
  const fields = toFields(body, ["name", "kind", ...kindFields[kind]], `A channel of the kind ${kind}`);
  return { name: readName(fields), config: readConfig(kind, fields) };
}

/** What the body does not name stays, secrets too; its kind stays always. @throws EngineError `invalid_request` */
export function parseChannelChange(channel: AlertChannel, body: unknown): ChannelSettings {
  const { kind, ...before } = channel.config;
  const change = toFields(body, ["name", "kind", ...kindFields[kind]], "A change of a channel");
  if (change["kind"] !== undefined && change["kind"] !== kind)
    throw refuse(`\`kind\` stays ${kind}: make another channel for another kind.`);
  return parseChannel({ name: channel.name, ...before, ...change, kind });
}
