/** Methods of texts in conditions. For functions.ts. */
import type { FunctionOfConditions, Scope } from "./scope.ts";
import { ExpressionFault, isNumber, typeOf } from "./values.ts";

type TextMethod = (text: string, args: readonly unknown[], scope: Scope) => unknown;

function textArgument(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw new ExpressionFault(`${name}() takes a string, got ${typeOf(value)}`);
}

function wholeArgument(value: unknown, name: string): number {
  if (isNumber(value) && Number.isInteger(Number(value))) return Number(value);
  throw new ExpressionFault(`${name}() takes a whole number, got ${typeOf(value)}`);
}

/** On a missing field it gives `missing`. Its result is paid for. */
function method(name: string, arity: number[], type: string, missing: unknown, run: TextMethod): FunctionOfConditions {
  return {
    arity,
    type,
    run(scope, [receiver, ...args]) {
      if (receiver === null) return missing;
      if (typeof receiver !== "string") throw new ExpressionFault(`${typeOf(receiver)} has no method ${name}()`);
      scope.budget.chargeText(receiver.length);
      const value = run(receiver, args, scope);
      if (typeof value === "string") scope.budget.chargeText(value.length);
      return value;
    },
  };
}

const ask = (name: string, run: (text: string, other: string) => boolean): FunctionOfConditions =>
  method(name, [1], "bool", false, (text, [other]) => run(text, textArgument(other, name)));

function splitText(text: string, args: readonly unknown[], scope: Scope): string[] {
  const parts = text.split(textArgument(args[0], "split"));
  scope.budget.charge(parts.length);
  if (args.length === 1) return parts;
  const most = wholeArgument(args[1], "split");
  if (most < 0 || parts.length <= most) return parts;
  if (most === 0) return [];
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(textArgument(args[0], "split"))];
}

function replaceText(text: string, args: readonly unknown[], scope: Scope): string {
  const from = textArgument(args[0], "replace");
  const to = textArgument(args[1], "replace");
  const parts = text.split(from);
  const most = args.length === 3 ? wholeArgument(args[2], "replace") : -1;
  const count = most < 0 ? parts.length - 1 : Math.min(most, parts.length - 1);
  // Paid for before it is made: the result may be far longer than what it is made of.
  scope.budget.charge(parts.length);
  scope.budget.chargeText(text.length + count * to.length);
  return (
    parts.slice(0, count + 1).join(to) +
    parts
      .slice(count + 1)
      .map((part) => from + part)
      .join("")
  );
}

function substring(text: string, [start, end]: readonly unknown[]): string {
  const characters = [...text];
  const from = wholeArgument(start, "substring");
  const to = end === undefined ? characters.length : wholeArgument(end, "substring");
  if (from < 0 || to < from || to > characters.length)
    throw new ExpressionFault(`substring(${from}, ${to}) lies outside a string of ${characters.length} characters`);
  return characters.slice(from, to).join("");
}

function join(scope: Scope, [list, separator]: readonly unknown[]): unknown {
  if (list === null) return null;
  if (!Array.isArray(list)) throw new ExpressionFault(`${typeOf(list)} has no method join()`);
  const between = separator === undefined ? "" : textArgument(separator, "join");
  const length = list.reduce((sum: number, item) => sum + textArgument(item, "join").length, 0);
  scope.budget.charge(list.length);
  scope.budget.chargeText(length + between.length * list.length);
  return list.join(between);
}

export const textMethods: Readonly<Record<string, FunctionOfConditions>> = {
  startsWith: ask("startsWith", (text, other) => text.startsWith(other)),
  endsWith: ask("endsWith", (text, other) => text.endsWith(other)),
  contains: ask("contains", (text, other) => text.includes(other)),
  lowerAscii: method("lowerAscii", [0], "dyn", null, (text) => text.toLowerCase()),
  upperAscii: method("upperAscii", [0], "dyn", null, (text) => text.toUpperCase()),
  trim: method("trim", [0], "dyn", null, (text) => text.trim()),
  charAt: method("charAt", [1], "dyn", null, (text, [index]) => [...text][wholeArgument(index, "charAt")] ?? ""),
  indexOf: method("indexOf", [1], "int", -1n, (text, [other]) => BigInt(text.indexOf(textArgument(other, "indexOf")))),
  lastIndexOf: method("lastIndexOf", [1], "int", -1n, (text, [other]) =>
    BigInt(text.lastIndexOf(textArgument(other, "lastIndexOf"))),
  ),
  substring: method("substring", [1, 2], "dyn", null, substring),
  replace: method("replace", [2, 3], "dyn", null, replaceText),
  split: method("split", [1, 2], "dyn", null, splitText),
  join: { arity: [0, 1], type: "dyn", run: join },
};
