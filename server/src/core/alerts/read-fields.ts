/** What requests about rules and channels hold, field by field. Used by parse-rule and parse-channel. Each error names the field that is wrong. Pure. */
import { EngineError } from "../../domain/error.ts";
import { toWellFormed } from "../../domain/stored-json.ts";

export type Fields = Readonly<Record<string, unknown>>;

const nameMax = 100;
const textMax = 2000;

export function refuse(message: string): EngineError {
  return new EngineError("invalid_request", message);
}

export function toFields(body: unknown, known: readonly string[], what: string): Fields {
  const names = known.map((name) => `\`${name}\``).join(", ");
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw refuse(`${what} is an object with ${names}.`);
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined) throw refuse(`There is no field \`${unknown}\` here. Known are ${names}.`);
  return body as Fields;
}

const shown = (value: unknown): string => JSON.stringify(value ?? null).slice(0, 80);

export function readName({ name }: Fields): string {
  const text = typeof name === "string" ? name.trim() : "";
  if (text !== "" && text.length <= nameMax && !/\p{Cc}/u.test(text)) return toWellFormed(text);
  throw refuse(`\`name\` must be a text of 1 to ${nameMax} characters, in one line.`);
}

/** @param what what it may be, for people */
export function readText(value: unknown, field: string, what: string): string {
  const text = typeof value === "string" ? value.trim() : "";
  if (text !== "" && text.length <= textMax && !/\p{Cc}/u.test(text)) return toWellFormed(text);
  throw refuse(`\`${field}\` must be ${what}.`);
}

export function readOneOf<const T extends string>(value: unknown, field: string, values: readonly T[]): T {
  const found = values.find((known) => known === value);
  if (found !== undefined) return found;
  throw refuse(`\`${field}\` must be one of ${values.join(", ")}, got ${shown(value)}.`);
}

export function readFlag(value: unknown, field: string): boolean {
  if (typeof value === "boolean") return value;
  throw refuse(`\`${field}\` must be true or false, got ${shown(value)}.`);
}

export interface NumberRange {
  min: number;
  max: number;
  /** What the number is of, such as "percent". */
  unit: string;
  /** Whether it may have a fraction. Default: false. */
  mayBeBroken?: boolean;
}

export function readNumber(
  value: unknown,
  field: string,
  { min, max, unit, mayBeBroken = false }: NumberRange,
): number {
  const isNumber = typeof value === "number" && (mayBeBroken ? Number.isFinite(value) : Number.isSafeInteger(value));
  if (isNumber && value >= min && value <= max) return value;
  throw refuse(
    `\`${field}\` must be ${mayBeBroken ? "a number" : "a whole number"} of ${unit} from ${min} to ${max}, got ${shown(value)}.`,
  );
}

/** http or https, without a name and a password. */
export function readUrl(value: unknown, field: string): string {
  const text = readText(value, field, "the URL of a page that takes POST requests");
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw refuse(`\`${field}\` must be a URL that begins with http:// or https://.`);
  if (url.username !== "" || url.password !== "")
    throw refuse(`\`${field}\` must be a URL without a user and a password.`);
  return url.href;
}
