/** What requests about keys and users hold, checked. Used by keys and users. Each error names the field that is wrong. */
import type { Role } from "../../domain/access/role.ts";
import { isRole, roles } from "../../domain/access/role.ts";
import { EngineError } from "../../domain/error.ts";

export type Fields = Readonly<Record<string, unknown>>;

const nameMax = 64;

export function refuse(message: string): EngineError {
  return new EngineError("invalid_request", message);
}

export function toFields(body: unknown, known: readonly string[]): Fields {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw refuse(`The request body must be an object with ${known.map((name) => `\`${name}\``).join(", ")}.`);
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw refuse(`There is no field \`${unknown}\` here. Known are ${known.map((name) => `\`${name}\``).join(", ")}.`);
  return body as Fields;
}

/** One to 64 characters, none of them a control character. */
export function readName({ name }: Fields): string {
  const text = typeof name === "string" ? name.trim() : "";
  if (text !== "" && text.length <= nameMax && !/\p{Cc}/u.test(text)) return text;
  throw refuse(`\`name\` must be a text of 1 to ${nameMax} characters.`);
}

export function readRole({ role }: Fields): Role {
  if (isRole(role)) return role;
  throw refuse(`\`role\` must be one of ${roles.join(", ")}.`);
}

/** Null: no time was given. */
export function readFuture(value: unknown, field: string, now: number): number | null {
  if (value === undefined || value === null) return null;
  const at = typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  if (at > now) return at;
  throw refuse(`\`${field}\` must be a time to come, such as "2030-01-31T00:00:00Z".`);
}

export function readSeconds(
  value: unknown,
  field: string,
  { max, standard }: { max: number; standard: number },
): number {
  const seconds = value ?? standard;
  if (typeof seconds === "number" && Number.isInteger(seconds) && seconds >= 0 && seconds <= max) return seconds;
  throw refuse(`\`${field}\` must be a whole number of seconds from 0 to ${max}.`);
}
