/**
 * Canonical JSON (RFC 8785) of what `JSON.parse` gave, which holds no cycles and nothing that JSON lacks. Called when a
 * signature is checked. For other values there is canonical-json: an app's bundle has no room for its library.
 */

/** Writes a parsed JSON value with sorted keys and no white space. */
export function sortedJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sortedJson).join()}]`;
  const fields = value as Record<string, unknown>;
  const written = Object.keys(fields)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${sortedJson(fields[key])}`);
  return `{${written.join()}}`;
}
