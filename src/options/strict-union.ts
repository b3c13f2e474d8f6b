/** Objects of which only some shapes are allowed, told to the compiler. Types only, for users' own options. */

/** Every key that any member of a union has. */
type UnionKeys<TUnion> = TUnion extends TUnion ? keyof TUnion : never;

type Strict<TMember, TUnion> = TMember extends TMember
  ? TMember & Partial<Record<Exclude<UnionKeys<TUnion>, keyof TMember>, never>>
  : never;

/**
 * A union whose members may not borrow each other's keys.
 * @example
 * type Trigger = StrictUnion<{ event: string } | { cron: string }>;
 */
export type StrictUnion<TUnion> = Strict<TUnion, TUnion>;

/**
 * An object that has some keys or others, not both.
 * @example
 * type Match = ExclusiveKeys<{ match?: string; if?: string }, "match", "if">;
 */
export type ExclusiveKeys<TObject, TFirst extends keyof TObject, TSecond extends keyof TObject> = TObject &
  ({ [K in TFirst]?: never } | { [K in TSecond]?: never });
