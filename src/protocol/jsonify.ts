/** The type of a value once it has travelled as JSON. Types only. */

/** What `JSON.parse(JSON.stringify(value))` gives: dates become texts, undefined results become null. */
export type Jsonify<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null
    ? T
    : // biome-ignore lint/suspicious/noConfusingVoidType: a function without a result returns void
      T extends undefined | void
      ? null
      : T extends { toJSON(): infer TJson }
        ? JsonifyObject<TJson>
        : JsonifyObject<T>;

// biome-ignore lint/suspicious/noExplicitAny: matches functions of every shape
type Fn = (...args: any[]) => unknown;

/** What JSON leaves out of objects, and makes null in arrays. */
type Dropped = Fn | symbol;

/** Objects whose content is no property of theirs: nothing of it is left. */
type Opaque = ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | RegExp | Promise<unknown>;

type JsonifyObject<T> = T extends string | number | boolean | bigint | null
  ? T
  : T extends Dropped
    ? null
    : T extends readonly unknown[]
      ? JsonifyArray<T>
      : T extends Opaque
        ? Record<never, never>
        : { [K in keyof T as KeptKey<T, K>]: JsonifyField<T[K]> };

/** The elements of an array alone travel: not what a match of a regular expression has beside them. */
type JsonifyArray<T extends readonly unknown[]> = [Exclude<keyof T, keyof unknown[] | number | `${number}`>] extends [
  never,
]
  ? JsonifyList<T>
  : Jsonify<T[number]>[];

/**
 * Lists and short tuples are not mapped, so that the compiler looks at their elements only when asked: JSON's own type
 * contains itself, and so does that of an expression such as `["add", Expression, Expression]`. Other tuples are mapped,
 * which keeps their optional elements.
 */
type JsonifyList<T extends readonly unknown[]> = number extends T["length"]
  ? T extends (infer TItem)[]
    ? TItem[] extends T
      ? Jsonify<TItem>[]
      : JsonifyTuple<T>
    : readonly T[number][] extends T
      ? readonly Jsonify<T[number]>[]
      : JsonifyTuple<T>
  : JsonifyTuple<T>;

type JsonifyTuple<T extends readonly unknown[]> = T extends unknown[]
  ? T extends [unknown]
    ? [Jsonify<T[0]>]
    : T extends [unknown, unknown]
      ? [Jsonify<T[0]>, Jsonify<T[1]>]
      : T extends [unknown, unknown, unknown]
        ? [Jsonify<T[0]>, Jsonify<T[1]>, Jsonify<T[2]>]
        : T extends [unknown, unknown, unknown, unknown]
          ? [Jsonify<T[0]>, Jsonify<T[1]>, Jsonify<T[2]>, Jsonify<T[3]>]
          : { [K in keyof T]: Jsonify<T[K]> }
  : T extends readonly [unknown]
    ? readonly [Jsonify<T[0]>]
    : T extends readonly [unknown, unknown]
      ? readonly [Jsonify<T[0]>, Jsonify<T[1]>]
      : T extends readonly [unknown, unknown, unknown]
        ? readonly [Jsonify<T[0]>, Jsonify<T[1]>, Jsonify<T[2]>]
        : { [K in keyof T]: Jsonify<T[K]> };

type KeptKey<T, K extends keyof T> = K extends symbol
  ? never
  : [Exclude<T[K], undefined>] extends [never]
    ? K
    : Exclude<T[K], undefined> extends Dropped
      ? never
      : K;

type JsonifyField<T> = T extends undefined ? T : T extends Dropped ? undefined : Jsonify<T>;
