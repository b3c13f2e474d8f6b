/**
 * Macros of conditions: `has`, `all`, `exists`, `exists_one`, `map`, `filter` and `cel.bind`. Called by compile.
 * Over a missing field `all` and `exists` give false, and `map` and `filter` an empty list.
 */
import type { ASTNode } from "@marcbachmann/cel-js";
import { OverBudget } from "./budget.ts";
import type { Evaluate, Piece, Scope } from "./scope.ts";
import { ExpressionFault, fieldOf, isFields, typeOf } from "./values.ts";

/** Compiles a piece; with `local`, the name of a variable that is known inside it, at `depth`. */
export interface MacroCompiler {
  compile(node: ASTNode): Piece;
  compileWith(local: string, node: ASTNode): Piece;
  /** Index of the next variable among the locals. */
  depth: number;
  fault(message: string): ExpressionFault;
}

function itemsOf(value: unknown): readonly unknown[] | null {
  if (value === null) return null;
  if (Array.isArray(value)) return value;
  // In one order, so that equal maps give equal lists.
  if (isFields(value)) return Object.keys(value).sort();
  throw new ExpressionFault(`a macro goes over a list or a map, got ${typeOf(value)}`);
}

function toTruth(value: unknown): boolean {
  if (value === null) return false;
  if (typeof value === "boolean") return value;
  throw new ExpressionFault(`a predicate must give true or false, got ${typeOf(value)}`);
}

/** As `||` over all items: one that holds settles it, whatever fails at others. */
function any(scope: Scope, items: readonly unknown[], holds: (scope: Scope) => boolean, depth: number): boolean {
  let failure: unknown = null;
  for (const item of items) {
    scope.budget.charge(1);
    scope.locals[depth] = item;
    try {
      if (holds(scope)) return true;
    } catch (error) {
      if (error instanceof OverBudget) throw error;
      failure ??= error;
    }
  }
  if (failure !== null) throw failure;
  return false;
}

function quantifier(name: string, range: Evaluate, predicate: Evaluate, depth: number): Evaluate {
  return (scope) => {
    const items = itemsOf(range(scope));
    if (items === null) return false;
    if (name === "exists") return any(scope, items, (inner) => toTruth(predicate(inner)), depth);
    if (name === "all") return !any(scope, items, (inner) => !toTruth(predicate(inner)), depth);
    let count = 0;
    for (const item of items) {
      scope.budget.charge(1);
      scope.locals[depth] = item;
      if (toTruth(predicate(scope))) count++;
    }
    return count === 1;
  };
}

function collector(range: Evaluate, filter: Evaluate | null, transform: Evaluate | null, depth: number): Evaluate {
  return (scope) => {
    const made: unknown[] = [];
    for (const item of itemsOf(range(scope)) ?? []) {
      scope.budget.charge(1);
      scope.locals[depth] = item;
      if (filter !== null && !toTruth(filter(scope))) continue;
      made.push(transform === null ? item : transform(scope));
    }
    return made;
  };
}

function variableOf(compiler: MacroCompiler, node: ASTNode | undefined, name: string): string {
  if (node?.op === "id" && typeof node.args === "string") return node.args;
  throw compiler.fault(`${name}() names its variable first, as in list.${name}(x, …)`);
}

const quantifiers: ReadonlySet<string> = new Set(["all", "exists", "exists_one"]);

/** Null when it is no macro: then it is a method. */
export function compileMacro(compiler: MacroCompiler, name: string, receiver: ASTNode, args: ASTNode[]): Piece | null {
  if (name === "bind" && receiver.op === "id" && receiver.args === "cel") return compileBind(compiler, args);
  const { depth } = compiler;
  const wanted = quantifiers.has(name) || name === "filter" ? [2] : name === "map" ? [2, 3] : [];
  if (wanted.length === 0) return null;
  if (!wanted.includes(args.length))
    throw compiler.fault(`${name}() takes ${wanted.join(" or ")} arguments, got ${args.length}`);
  const variable = variableOf(compiler, args[0], name);
  const range = compiler.compile(receiver).evaluate;
  const inner = args.slice(1).map((node) => compiler.compileWith(variable, node).evaluate);
  const [first = null, second = null] = inner;
  if (quantifiers.has(name) && first !== null) return { type: "bool", evaluate: quantifier(name, range, first, depth) };
  if (name === "filter") return { type: "list", evaluate: collector(range, first, null, depth) };
  return {
    type: "list",
    evaluate: second === null ? collector(range, null, first, depth) : collector(range, first, second, depth),
  };
}

function compileBind(compiler: MacroCompiler, args: ASTNode[]): Piece {
  const { depth } = compiler;
  const [, valueNode, bodyNode] = args;
  if (args.length !== 3 || valueNode === undefined || bodyNode === undefined)
    throw compiler.fault(`cel.bind() takes 3 arguments, got ${args.length}`);
  const variable = variableOf(compiler, args[0], "bind");
  const value = compiler.compile(valueNode).evaluate;
  const body = compiler.compileWith(variable, bodyNode);
  const evaluate: Evaluate = (scope) => {
    scope.locals[depth] = value(scope);
    return body.evaluate(scope);
  };
  return { type: body.type, evaluate };
}

/** `has(a.b)`: whether the field is there, also when it is null. */
export function compileHas(compiler: MacroCompiler, args: ASTNode[]): Piece {
  const node = args[0];
  if (args.length !== 1 || node?.op !== ".") throw compiler.fault("has() takes a field, as in has(event.data.id)");
  const [holder, name] = node.args as [ASTNode, string];
  const of = compiler.compile(holder).evaluate;
  const evaluate: Evaluate = (scope) => {
    const value = of(scope);
    return isFields(value) && (fieldOf(value, name) !== null || Object.hasOwn(value, name));
  };
  return { type: "bool", evaluate };
}
