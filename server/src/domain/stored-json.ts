/**
 * JSON as the engine keeps it: text with the keys of each object in the order in which they came, so that a replay sees the value
 * that the live run saw, and so that calls are put together from it without parsing.
 * Called for everything that comes from outside: event data, step outputs, results, errors.
 */
import { canonicalJson } from "stepwell/signing";
import { EngineError } from "./error.ts";

/** Levels of arrays and objects within each other: what every reader of a call can follow. */
const depthLimit = 500;

const replacement = "\uFFFD";
const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Half of a surrogate pair, as `"😀".slice(0, 1)` leaves it, is no Unicode: it becomes U+FFFD. */
export function toWellFormed(text: string): string {
  return text.replace(loneSurrogate, replacement);
}

/** The value with every text well formed, and its keys in their order. */
function mend(value: unknown): unknown {
  if (typeof value === "string") return toWellFormed(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(mend);
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) copy[toWellFormed(key)] = mend(item);
  return copy;
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  const items = Array.isArray(value) ? value : Object.values(value);
  return items.some((item) => isDeeperThan(levels - 1, item));
}

function tooDeep(): EngineError {
  return new EngineError(
    "invalid_request",
    `The value is nested more than ${depthLimit} levels deep. Flatten it, or keep it elsewhere.`,
  );
}

function write(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch (cause) {
    throw cause instanceof RangeError ? tooDeep() : cause;
  }
}

/**
 * Text of a parsed JSON value: what JSON.parse makes of it has the same keys in the same order. Lone surrogates become U+FFFD,
 * numbers beyond the range of a double become null; undefined is null.
 * @throws EngineError `invalid_request` when it is nested too deep
 */
export function toStoredJson(value: unknown): string {
  const text = write(value);
  // Each level takes two characters at least.
  if (text.length > depthLimit * 2 && isDeeperThan(depthLimit, value)) throw tooDeep();
  // JSON.stringify escapes halves of surrogate pairs, and writes whole ones as they are.
  return text.includes("\\ud") ? write(mend(value)) : text;
}

/**
 * Canonical text of a JSON value: the same for equal values, whatever the order of their keys. For what is compared or hashed, such as
 * keys of limits.
 * @throws EngineError `invalid_request` when it is nested too deep
 */
export function toComparableJson(value: unknown): string {
  const text = toStoredJson(value);
  return text.startsWith("{") || text.startsWith("[") ? canonicalJson(JSON.parse(text)) : text;
}
