/**
 * Canonical JSON (RFC 8785): one text for one value, whatever wrote it. Called when a message is signed or verified.
 * Must never be used on a hot path that does not sign: it costs several times what JSON.stringify does.
 */
import canonicalize from "canonicalize";

/**
 * Writes a JSON value with sorted keys and no white space.
 * @throws {TypeError} for what JSON cannot hold: undefined, functions, NaN, infinities, lone surrogates, cycles.
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(`Cannot write this value as canonical JSON: ${why}. Pass plain JSON data.`, { cause });
  }
  if (text === undefined) {
    throw new TypeError(
      `Cannot write this value as canonical JSON: ${typeof value} is not a JSON value. Pass plain JSON data.`,
    );
  }
  return text;
}
