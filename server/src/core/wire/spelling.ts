/**
 * JSON of SDKs in other languages: the same keys and words, spelled in another case (`Singleton`, `batch_events`, `"Fn"`).
 * Called by what reads registrations, operations and checkpoints. Pure. An exact spelling always wins.
 */

type Raw = Record<string, unknown>;

/** The keys of an object: each with the shape of what it holds, null for a value that is taken as it is. */
export interface Shape {
  readonly keys: ReadonlyMap<string, Shape | null>;
  /** Shape of the values of a map with any keys. */
  readonly each?: Shape;
}

type ShapeSource = { readonly [key: string]: Shape | null };

export function shapeOf(source: ShapeSource): Shape {
  return { keys: new Map(Object.entries(source)) };
}

/** Keys named one after the other, in a text, that hold plain values. */
export function keysOf(names: string, more: ShapeSource = {}): Shape {
  return shapeOf({ ...Object.fromEntries(names.split(" ").map((name) => [name, null])), ...more });
}

/** A map from any key to values of one shape. */
export function mapOf(each: Shape): Shape {
  return { keys: new Map(), each };
}

function isObject(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What two spellings of one key have in common. */
function fold(text: string): string {
  return text.replace(/[_-]/g, "").toLowerCase();
}

/** The word of a list that a value is, in any case; the value itself when it is none of them. */
export function toWord(value: unknown, words: readonly string[]): unknown {
  if (typeof value !== "string" || words.includes(value)) return value;
  const folded = fold(value.trim());
  return words.find((word) => fold(word) === folded) ?? value;
}

/** Whether every key is spelled as it should be, or unknown however it is spelled: nothing to do, found out at next to no cost. */
export function isSpelled(value: unknown, shape: Shape): boolean {
  if (Array.isArray(value)) return value.every((item) => isSpelled(item, shape));
  if (!isObject(value)) return true;
  for (const key in value) {
    const known = shape.each ?? shape.keys.get(key);
    if (known === undefined) {
      if (spellingOf(key, shape) !== null) return false;
    } else if (known !== null && !isSpelled(value[key], known)) return false;
  }
  return true;
}

function spellingOf(key: string, { keys }: Shape): string | null {
  const folded = fold(key);
  for (const name of keys.keys()) if (fold(name) === folded) return name;
  return null;
}

/** Told of each key that no spelling of the shape has, by its path. */
export type OnUnknown = (path: string, value: unknown, shape: Shape) => void;

/** The value with its keys as the shape spells them. What is unknown stays as it is. */
export function respell(value: unknown, shape: Shape, path = "", onUnknown: OnUnknown = () => {}): unknown {
  if (Array.isArray(value)) return value.map((item, index) => respell(item, shape, `${path}[${index}]`, onUnknown));
  if (!isObject(value)) return value;
  const out: Raw = {};
  for (const [key, item] of Object.entries(value)) {
    const name = nameOf(key, value, shape);
    const at = path === "" ? (name ?? key) : `${path}.${name ?? key}`;
    if (name === null) onUnknown(at, item, shape);
    const inner = shape.each ?? (name === null ? null : (shape.keys.get(name) ?? null));
    Object.defineProperty(out, name ?? key, {
      value: inner === null ? item : respell(item, inner, at, onUnknown),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return out;
}

/** How a key is to be spelled; null when it is unknown, or stands beside its exact spelling. */
function nameOf(key: string, owner: Raw, shape: Shape): string | null {
  if (shape.each !== undefined || shape.keys.has(key)) return key;
  const name = spellingOf(key, shape);
  return name === null || Object.hasOwn(owner, name) ? null : name;
}
