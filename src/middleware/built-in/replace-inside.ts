/** Replaces objects wherever they stand inside a JSON value. Called by the built-in middleware. */

/**
 * @param replace gives what stands for an object, in an array of one; null: the object stays, and is looked into.
 * @returns the value itself when nothing in it was replaced, else a copy.
 */
export function replaceInside(value: unknown, replace: (object: object) => readonly [unknown] | null): unknown {
  if (typeof value !== "object" || value === null) return value;
  const replaced = replace(value);
  if (replaced) return replaced[0];
  let copy: Record<string, unknown> | null = null;
  for (const [key, inner] of Object.entries(value)) {
    const changed = replaceInside(inner, replace);
    if (changed === inner) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    copy[key] = changed;
  }
  return copy ?? value;
}
