/** The types of what has travelled as JSON. */
import { describe, expectTypeOf, it } from "vitest";
import { EventSchemas, Inngest, type Jsonify, staticSchema } from "../../src/index.ts";

type Json = string | number | boolean | null | { [key: string]: Json } | Json[];
type FrozenJson = string | number | boolean | null | { readonly [key: string]: FrozenJson } | readonly FrozenJson[];

type Expression =
  | number
  | ["add", Expression, Expression]
  | ["neg", Expression]
  | readonly ["call", string, Expression];
type Pair = [Date, Pair] | null;

interface Comment {
  readonly text: string;
  readonly at: Date;
  readonly replies: Comment[];
  readonly parent?: Comment | null;
}

class List extends Array<number> {
  sum(): number {
    return this.reduce((sum, one) => sum + one, 0);
  }
}

class User {
  readonly #password = "secret";
  readonly name: string;
  readonly born: Date;

  constructor(name: string, born: Date) {
    this.name = name;
    this.born = born;
  }

  knows(password: string): boolean {
    return this.#password === password;
  }
}

describe("what has travelled as JSON", () => {
  it("is an array where it was one of any kind", () => {
    expectTypeOf<Jsonify<RegExpMatchArray>>().toEqualTypeOf<string[]>();
    expectTypeOf<Jsonify<RegExpMatchArray | null>>().toEqualTypeOf<string[] | null>();
    expectTypeOf<Jsonify<RegExpExecArray>>().toEqualTypeOf<string[]>();
    expectTypeOf<Jsonify<List>>().toEqualTypeOf<number[]>();
    expectTypeOf<Jsonify<(Date | undefined)[]>>().toEqualTypeOf<(string | null)[]>();
    expectTypeOf<Jsonify<readonly Date[]>>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<Jsonify<[1, "x", Date?]>>().toEqualTypeOf<[1, "x", (string | null)?]>();
    expectTypeOf<Jsonify<readonly [1, ...Date[]]>>().toEqualTypeOf<readonly [1, ...string[]]>();
  });

  it("may contain itself", () => {
    const json = (value: Jsonify<Json>): Json => value;
    const back = (value: Json): Jsonify<Json> => value;
    const frozen = (value: Jsonify<FrozenJson>): FrozenJson => value;
    expectTypeOf(json).returns.toEqualTypeOf<Json>();
    expectTypeOf(back).parameter(0).toEqualTypeOf<Json>();
    expectTypeOf(frozen).returns.toEqualTypeOf<FrozenJson>();
    type Reply = Jsonify<Comment>["replies"][number]["replies"][number];
    expectTypeOf<Reply["at"]>().toEqualTypeOf<string>();
  });

  it("may contain itself in a tuple", () => {
    const expression = (value: Jsonify<Expression>): Expression => value;
    const back = (value: Expression): Jsonify<Expression> => value;
    expectTypeOf(expression).returns.toEqualTypeOf<Expression>();
    expectTypeOf(back).parameter(0).toEqualTypeOf<Expression>();
    type Inner = NonNullable<NonNullable<Jsonify<Pair>>[1]>;
    expectTypeOf<Inner[0]>().toEqualTypeOf<string>();
    expectTypeOf<Jsonify<readonly [Date, 1, Date]>>().toEqualTypeOf<readonly [string, 1, string]>();
    expectTypeOf<Jsonify<[1, 2, 3, 4, Date]>>().toEqualTypeOf<[1, 2, 3, 4, string]>();
  });

  it("has nothing of what JSON leaves out", () => {
    expectTypeOf<Jsonify<{ a?: () => void; b: number; c?: Date }>>().toEqualTypeOf<{ b: number; c?: string }>();
    expectTypeOf<Jsonify<User>>().toEqualTypeOf<{ readonly name: string; readonly born: string }>();
    expectTypeOf<Jsonify<{ seen: Map<string, Date> }>>().toEqualTypeOf<{ seen: Record<never, never> }>();
    expectTypeOf<Jsonify<{ toJSON(): { at: Date } }>>().toEqualTypeOf<{ at: string }>();
    expectTypeOf<Jsonify<bigint | null>>().toEqualTypeOf<bigint | null>();
  });
});

describe("a step's result", () => {
  const schemas = new EventSchemas().fromSchema({ "note/saved": staticSchema<{ body: Json }>() });
  const inngest = new Inngest({ id: "notes", schemas });

  it("is what its function gives, as JSON leaves it", () => {
    inngest.createFunction({ id: "f", triggers: { event: "note/saved" } }, async ({ event, step, sessions }) => {
      expectTypeOf(await step.run("match", () => "a1".match(/\d/))).toEqualTypeOf<string[] | null>();
      const body = await step.run("body", () => event.data.body);
      await step.sendEvent("again", { name: "note/saved", data: { body } });
      expectTypeOf(sessions).toEqualTypeOf<Record<string, string> | undefined>();
      return body;
    });
  });
});
