/** JSON as the engine keeps it. Called where a value is used that has not travelled yet and must be what it will be after that. */

const ESCAPES = /\\(?:ud[89a-f][0-9a-f]{2}|.)/g;

/**
 * The text of a value, undefined for what JSON leaves out. Halves of surrogate pairs are no Unicode: they become U+FFFD here, as they
 * would in the engine.
 * @throws {TypeError} for a value that contains itself, and for bigints.
 */
export function toWireJson(value: unknown): string | undefined {
  const text = JSON.stringify(value) as string | undefined;
  // Whole pairs are written as they are: what is escaped like this is a half, or a backslash and the letters.
  if (!text?.includes("\\ud")) return text;
  return text.replace(ESCAPES, (match) => (match.length > 2 ? "\uFFFD" : match));
}

/** What is left of a value once it has travelled: a copy. @throws {TypeError} as {@link toWireJson} does. */
export function travelled<T>(value: T): T {
  return JSON.parse(toWireJson(value) ?? "null") as T;
}
