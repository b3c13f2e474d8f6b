/** The type of a value once it has travelled as JSON. Types only. */

/** What `JSON.parse(JSON.stringify(value))` gives: dates become texts, undefined results become null. */
export type Jsonify<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null
    ? T
    : // biome-ignore lint/suspicious/noConfusingVoidType: a function without a result returns void
      T extends undefined | void
      ? null
      : JsonifyObject<T>;

// biome-ignore lint/suspicious/noExplicitAny: matches functions of every shape
type Fn = (...args: any[]) => unknown;

type JsonifyObject<T> = T extends { toJSON(): infer TJson }
  ? TJson
  : T extends Fn | symbol
    ? null
    : T extends readonly unknown[]
      ? { [K in keyof T]: Jsonify<T[K]> }
      : { [K in keyof T as T[K] extends Fn | symbol ? never : K]: JsonifyField<T[K]> };

type JsonifyField<T> = T extends undefined ? T : Jsonify<T>;
