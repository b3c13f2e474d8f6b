/** What conditions seldom meet: values of odd kinds, macros and methods written wrong, more patterns than are kept. */
import { expect, it } from "vitest";
import { compileNode } from "../../../../server/src/core/expression/compile.ts";
import { evaluateCondition } from "../../../../server/src/core/expression/condition.ts";
import { fillIn } from "../../../../server/src/core/expression/fill-in.ts";
import { compileRunCondition, runConditionHolds } from "../../../../server/src/core/expression/run-condition.ts";

/** A parsed condition, as the library gives it. */
type ASTNode = Parameters<typeof compileNode>[0];

const event = { id: "1", name: "x", ts: 5, user: {}, data: { "1": "one", text: "hello", items: [null, 1] } };
const evaluate = (condition: string) => evaluateCondition(condition, { event, now: 0 });

it.each([
  ["event.data[1] == 'one'", true],
  ["event.data.items.exists(item, item == null)", true],
  ["[null, 1] == [null, 1]", true],
])("%s: %j", (condition, holds) => {
  expect(evaluate(condition)).toEqual({ holds, error: null });
});

it.each([
  ["duration('1m') * duration('2m') == 1", "could not be evaluated"],
  ["[1].exists(1, true)", "invalid predicate iteration variable"],
  ["cel.bind(1, 2, 3) == 3", "variable"],
  ["event.data.text.size(1, 2) == 1", "size() takes"],
  ["timestamp('2026-01-01T00:00:00Z').getHours('UTC', 'UTC') == 1", "arguments, got 2"],
  ["event.data.text ==", "condition"],
])("%s is said to be wrong, and does not hold", (condition, why) => {
  const { holds, error } = evaluate(condition);
  expect(holds).toBe(false);
  expect(error).toContain(why);
});

it("an operator that a parser may learn and this does not know is refused", () => {
  const node = { op: "~", args: [], input: "1 ~ 2" } as unknown as ASTNode;
  const one = { op: "value", args: 1n, input: "1" } as unknown as ASTNode;
  Object.assign(node, { args: [one, one] });
  expect(() => compileNode(node, ["event"])).toThrow("the operator ~ is not supported");
});

it("a macro whose first argument is no name is refused, whatever the parser lets through", () => {
  const one = { op: "value", args: 1n, input: "1" } as unknown as ASTNode;
  const list = { op: "list", args: [one], input: "[1]" } as unknown as ASTNode;
  const node = { op: "rcall", args: ["exists", list, [one, one]], input: "[1].exists(1, 1)" } as unknown as ASTNode;
  expect(() => compileNode(node, ["event"])).toThrow("exists() names its variable first");
});

it("patterns are made anew when more than 500 others came since", () => {
  for (let n = 0; n < 510; n++) expect(evaluate(`event.data.text.matches('h.l{2}o|${n}')`).holds).toBe(true);
  expect(evaluate("event.data.text.matches('h.l{2}o|0')").holds).toBe(true);
});

it("a field that is named by neither a text nor a number is not looked up by", () => {
  const filled = fillIn("async.data[true] == event.data.text", event);
  expect(filled).toMatchObject({ path: "", value: "" });
});

it("a run whose values a condition cannot be evaluated with is not picked", () => {
  const condition = compileRunCondition("output.n + 1 > 2");
  const values = (output: unknown) => runConditionHolds(condition, event, { output, error: null }, 0);
  expect(values({ n: 2 })).toMatchObject({ holds: true });
  expect(values({ n: { a: 1 } })).toMatchObject({ holds: false });
});
