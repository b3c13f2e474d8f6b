/**
 * From the text of a condition to something that can be evaluated: parsed by the CEL library, checked, then made of closures.
 * Called by condition.ts and key.ts. What is compiled here never runs longer than its budget, and reads nothing but what it is given.
 */
import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { type ArithmeticOperator, negate, reckon } from "./arithmetic.ts";
import { OverBudget } from "./budget.ts";
import { globalFunctions, methods } from "./functions.ts";
import { compileHas, compileMacro, type MacroCompiler } from "./macros.ts";
import { compilePattern } from "./regular-expression.ts";
import type { Evaluate, FunctionOfConditions, Piece } from "./scope.ts";
import { compare, ExpressionFault, equal, fieldOf, isFields, TypeName, typeOf } from "./values.ts";

/** Characters. */
const maxLength = 20_000;
const environment = new Environment({
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 2_000, maxDepth: 100, maxListElements: 1_000, maxMapEntries: 1_000, maxCallArguments: 10 },
});

const typeNames: ReadonlySet<string> = new Set([
  "bool",
  "bytes",
  "double",
  "duration",
  "int",
  "list",
  "map",
  "null",
  "string",
  "timestamp",
  "type",
]);

/** @throws ExpressionFault when it is no CEL, or too long, too big or too deep */
export function parseExpression(text: string): ASTNode {
  if (text.length > maxLength) throw new ExpressionFault(`it has ${text.length} characters, the most is ${maxLength}`);
  try {
    return environment.parse(text).ast;
  } catch (error) {
    throw new ExpressionFault((error as Error).message.replace(/\n.*/s, ""), { cause: error });
  }
}

/** Compiles a parsed condition that sees these variables. @throws ExpressionFault */
export function compileNode(node: ASTNode, variables: readonly string[]): Piece {
  return new Compiler(variables, []).compile(node);
}

class Compiler implements MacroCompiler {
  readonly #variables: readonly string[];
  readonly #locals: readonly string[];

  constructor(variables: readonly string[], locals: readonly string[]) {
    this.#variables = variables;
    this.#locals = locals;
  }

  get depth(): number {
    return this.#locals.length;
  }

  fault(message: string): ExpressionFault {
    return new ExpressionFault(message);
  }

  compileWith(local: string, node: ASTNode): Piece {
    if (this.#variables.includes(local)) throw this.fault(`"${local}" cannot be the name of a macro's variable`);
    return new Compiler(this.#variables, [...this.#locals, local]).compile(node);
  }

  compile(node: ASTNode): Piece {
    const piece = this.#compile(node);
    const { evaluate } = piece;
    return {
      type: piece.type,
      evaluate: (scope) => {
        scope.budget.charge(1);
        return evaluate(scope);
      },
    };
  }

  #compile(node: ASTNode): Piece {
    switch (node.op) {
      case "value":
        return constant(node.args);
      case "id":
        return this.#identifier(node.args as string);
      case ".": {
        const [holder, name] = node.args as [ASTNode, string];
        const of = this.compile(holder).evaluate;
        return { type: "dyn", evaluate: (scope) => fieldOf(of(scope), name) };
      }
      case "[]":
        return this.#index(node.args as [ASTNode, ASTNode]);
      case "call":
        return this.#call(...(node.args as [string, ASTNode[]]));
      case "rcall":
        return this.#method(...(node.args as [string, ASTNode, ASTNode[]]));
      case "list":
        return this.#list(node.args as ASTNode[]);
      case "map":
        return this.#map(node.args as [ASTNode, ASTNode][]);
      case "?:":
        return this.#choice(node.args as [ASTNode, ASTNode, ASTNode]);
      case "&&":
      case "||":
        return this.#logic(node.op === "||", node.args as [ASTNode, ASTNode]);
      case "!_": {
        const of = this.#truth(node.args as ASTNode, "!");
        return { type: "bool", evaluate: (scope) => !toTruth(of(scope)) };
      }
      case "-_": {
        const { evaluate, type } = this.compile(node.args as ASTNode);
        return { type, evaluate: (scope) => negate(evaluate(scope)) };
      }
      default:
        return this.#binary(node.op, node.args as [ASTNode, ASTNode]);
    }
  }

  #identifier(name: string): Piece {
    const depth = this.#locals.lastIndexOf(name);
    if (depth !== -1) return { type: "dyn", evaluate: (scope) => scope.locals[depth] ?? null };
    if (this.#variables.includes(name)) return { type: "map", evaluate: (scope) => scope.variables[name] ?? null };
    if (typeNames.has(name)) return { type: "type", evaluate: () => new TypeName(name) };
    throw this.fault(`there is no \`${name}\` here. Known: ${this.#variables.join(", ")}`);
  }

  #index([holder, key]: [ASTNode, ASTNode]): Piece {
    const of = this.compile(holder).evaluate;
    const at = this.compile(key).evaluate;
    return { type: "dyn", evaluate: (scope) => fieldOf(of(scope), at(scope)) };
  }

  #call(name: string, args: ASTNode[]): Piece {
    if (name === "has") return compileHas(this, args);
    const found = Object.hasOwn(globalFunctions, name) ? globalFunctions[name] : undefined;
    if (found === undefined) throw this.fault(`there is no function ${name}()`);
    return this.#apply(name, found, args, args.length);
  }

  #method(name: string, receiver: ASTNode, args: ASTNode[]): Piece {
    const macro = compileMacro(this, name, receiver, args);
    if (macro !== null) return macro;
    const found = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (found === undefined) throw this.fault(`there is no method ${name}()`);
    return this.#apply(name, found, [receiver, ...args], args.length);
  }

  #apply(name: string, { arity, type, run }: FunctionOfConditions, nodes: ASTNode[], count: number): Piece {
    if (!arity.includes(count))
      throw this.fault(`${name}() takes ${arity.join(" or ")} argument${arity[0] === 1 ? "" : "s"}, got ${count}`);
    const last = nodes.at(-1);
    if (name === "matches" && last?.op === "value" && typeof last.args === "string") compilePattern(last.args);
    const args = nodes.map((node) => this.compile(node).evaluate);
    return {
      type,
      evaluate: (scope) =>
        run(
          scope,
          args.map((evaluate) => evaluate(scope)),
        ),
    };
  }

  #list(nodes: ASTNode[]): Piece {
    const items = nodes.map((node) => this.compile(node).evaluate);
    return { type: "list", evaluate: (scope) => items.map((evaluate) => evaluate(scope)) };
  }

  #map(nodes: [ASTNode, ASTNode][]): Piece {
    const entries = nodes.map(([key, value]) => [this.compile(key).evaluate, this.compile(value).evaluate] as const);
    const evaluate: Evaluate = (scope) => {
      const made: Record<string, unknown> = Object.create(null);
      for (const [key, value] of entries) made[String(key(scope))] = value(scope);
      return made;
    };
    return { type: "map", evaluate };
  }

  #choice([condition, whenTrue, whenFalse]: [ASTNode, ASTNode, ASTNode]): Piece {
    const truth = this.#truth(condition, "? :");
    const yes = this.compile(whenTrue);
    const no = this.compile(whenFalse);
    return {
      type: yes.type === no.type ? yes.type : "dyn",
      evaluate: (scope) => (toTruth(truth(scope)) ? yes : no).evaluate(scope),
    };
  }

  /** The other side may settle what one side cannot say: `false && fails` and `fails && false` are both false. */
  #logic(settles: boolean, nodes: [ASTNode, ASTNode]): Piece {
    const operator = settles ? "||" : "&&";
    const [left, right] = nodes.map((node) => this.#truth(node, operator)) as [Evaluate, Evaluate];
    const evaluate: Evaluate = (scope) => {
      let failure: unknown;
      try {
        if (toTruth(left(scope)) === settles) return settles;
      } catch (error) {
        if (error instanceof OverBudget) throw error;
        failure = error;
      }
      if (toTruth(right(scope)) === settles) return settles;
      if (failure !== undefined) throw failure;
      return !settles;
    };
    return { type: "bool", evaluate };
  }

  #truth(node: ASTNode, operator: string): Evaluate {
    const { type, evaluate } = this.compile(node);
    if (type !== "bool" && type !== "dyn" && type !== "null")
      throw this.fault(`\`${operator}\` takes true or false, and \`${sourceOf(node)}\` gives ${type}`);
    return evaluate;
  }

  #binary(operator: string, nodes: [ASTNode, ASTNode]): Piece {
    const [left, right] = nodes.map((node) => this.compile(node)) as [Piece, Piece];
    const make = binaryOperators[operator];
    if (make !== undefined) return { type: "bool", evaluate: make(left.evaluate, right.evaluate) };
    if (!arithmeticOperators.has(operator)) throw this.fault(`the operator ${operator} is not supported`);
    const arithmetic = operator as ArithmeticOperator;
    return {
      type: arithmeticType(arithmetic, left.type, right.type),
      evaluate: (scope) => {
        const value = reckon(arithmetic, left.evaluate(scope), right.evaluate(scope));
        if (typeof value === "string") scope.budget.chargeText(value.length);
        if (Array.isArray(value)) scope.budget.charge(value.length);
        return value;
      },
    };
  }
}

const arithmeticOperators: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%"]);

function arithmeticType(operator: ArithmeticOperator, left: string, right: string): string {
  const known = [left, right].filter((type) => type !== "dyn");
  const wrong = known.find((type) => type === "bool" || type === "map" || type === "type" || type === "null");
  if (wrong !== undefined) throw new ExpressionFault(`\`${operator}\` cannot take ${wrong}`);
  if (operator !== "+" && known.includes("string")) throw new ExpressionFault(`\`${operator}\` cannot take string`);
  if (known.includes("string")) return "string";
  return left === right ? left : "dyn";
}

const binaryOperators: Readonly<Record<string, (left: Evaluate, right: Evaluate) => Evaluate>> = {
  "==": (left, right) => (scope) => equal(left(scope), right(scope), (cost) => scope.budget.charge(cost)),
  "!=": (left, right) => (scope) => !equal(left(scope), right(scope), (cost) => scope.budget.charge(cost)),
  "<": comparison((order) => order < 0),
  "<=": comparison((order) => order <= 0),
  ">": comparison((order) => order > 0),
  ">=": comparison((order) => order >= 0),
  in: (left, right) => (scope) => {
    const charge = (cost: number): void => scope.budget.charge(cost);
    const item = left(scope);
    const holder = right(scope);
    if (holder === null) return false;
    if (isFields(holder)) return Object.hasOwn(holder, String(item));
    if (typeof holder === "string" && typeof item === "string") return holder.includes(item);
    if (!Array.isArray(holder)) throw new ExpressionFault(`\`in\` looks into a list or a map, got ${typeOf(holder)}`);
    charge(holder.length);
    return holder.some((other) => equal(item, other, charge));
  },
};

function comparison(holds: (order: number) => boolean): (left: Evaluate, right: Evaluate) => Evaluate {
  return (left, right) => (scope) => {
    const order = compare(left(scope), right(scope));
    return order !== null && holds(order);
  };
}

function constant(literal: unknown): Piece {
  const value = typeOf(literal) === "map" ? BigInt(String(literal)) : literal;
  return { type: typeOf(value), evaluate: () => value };
}

/** A missing field counts as false. */
function toTruth(value: unknown): boolean {
  if (value === null) return false;
  if (typeof value === "boolean") return value;
  throw new ExpressionFault(`true or false is needed, got ${typeOf(value)}`);
}

/** How a piece was written. */
function sourceOf(node: ASTNode): string {
  return node.input.slice(node.start, node.end);
}
