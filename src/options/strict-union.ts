/** Objects of which only some shapes are allowed, told to the compiler. Types only, for users' own options. */

/** Every key that any member of a union has. */
export type UnionKeys<TUnion> = TUnion extends TUnion ? keyof TUnion : never;

/** A member of a union, without the keys of the others. */
export type StrictUnionHelper<TMember, TUnion> = TMember extends TMember
  ? TMember & Partial<Record<Exclude<UnionKeys<TUnion>, keyof TMember>, never>>
  : never;

/**
 * A union whose members may not borrow each other's keys.
 * @example
 * type Trigger = StrictUnion<{ event: string } | { cron: string }>;
 */
export type StrictUnion<TUnion> = StrictUnionHelper<TUnion, TUnion>;

/** True for a text that the compiler knows, false for `string` and what is no text. */
export type IsStringLiteral<T> = T extends string ? (string extends T ? false : true) : false;

/**
 * An object that has some keys or others, not both.
 * @example
 * type Match = ExclusiveKeys<{ match?: string; if?: string }, "match", "if">;
 */
export type ExclusiveKeys<TObject, TFirst extends keyof TObject, TSecond extends keyof TObject> = TObject &
  ({ [K in TFirst]?: never } | { [K in TSecond]?: never });
