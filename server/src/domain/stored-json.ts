/**
 * JSON as the engine keeps it: canonical text, so that calls are put together from it without parsing.
 * Called for everything that comes from outside: event data, step outputs, results, errors.
 */
import { canonicalJson } from "stepwell/signing";
import { EngineError } from "./error.ts";

/** Levels of arrays and objects within each other. */
const depthLimit = 500;

const replacement = "\uFFFD";
const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Half of a surrogate pair, as `"😀".slice(0, 1)` leaves it, is no Unicode: it becomes U+FFFD. */
export function toWellFormed(text: string): string {
  return text.replace(loneSurrogate, replacement);
}

function clean(value: unknown, depth: number): unknown {
  if (depth > depthLimit) {
    throw new EngineError(
      "invalid_request",
      `The value is nested more than ${depthLimit} levels deep. Flatten it, or keep it elsewhere.`,
    );
  }
  if (typeof value === "string") return toWellFormed(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) copy[toWellFormed(key)] = clean(item, depth + 1);
  return copy;
}

/**
 * Canonical text of a parsed JSON value. What canonical JSON cannot hold is mended: lone surrogates become U+FFFD,
 * numbers beyond the range of a double become null; undefined is null.
 * @throws EngineError `invalid_request` when it is nested too deep
 */
export function toStoredJson(value: unknown): string {
  const json = value ?? null;
  try {
    return canonicalJson(json);
  } catch {
    return canonicalJson(clean(json, 0));
  }
}
