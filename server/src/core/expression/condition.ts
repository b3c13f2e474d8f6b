/**
 * Conditions: CEL over events, as triggers, waits and `cancelOn` carry them in `if`. Compiled once, kept, and evaluated in process.
 * Called by registration (to refuse what does not compile), match and match-waits. Never evaluates what was not compiled here.
 *
 * Main file of the room `expression`. CEL: what conditions and keys are written in, compiled and evaluated within a
 * budget. Knows nothing of runs and queues.
 */
import type { ASTNode } from "@marcbachmann/cel-js";
import { EngineError } from "../../domain/error.ts";
import { type EventRecord, eventView } from "../../domain/event.ts";
import { compileNode, parseExpression } from "./compile.ts";
import { createScope, type Piece } from "./scope.ts";
import { ExpressionFault, type Fields } from "./values.ts";

/**
 * What a condition may speak of: the event that starts a run, or also (`async`) one that comes later. A transform speaks of what
 * was delivered to a webhook.
 */
export type ConditionKind = "trigger" | "wait";
type ExpressionKind = ConditionKind | "transform";

const variablesOf: Readonly<Record<ExpressionKind, readonly string[]>> = {
  trigger: ["event", "vars"],
  wait: ["event", "async", "vars"],
  transform: ["body", "headers", "query"],
};

export interface CompiledExpression extends Piece {
  node: ASTNode;
}

const compiled = new Map<string, CompiledExpression>();
const compiledLimit = 5_000;

export function refuseExpression(what: string, expression: string, why: string): EngineError {
  const shown = expression.length > 500 ? `${expression.slice(0, 500)}…` : expression;
  return new EngineError("invalid_expression", `The ${what} \`${shown}\` cannot be used: ${why}`);
}

/** Compiles, or takes what was compiled before. @throws EngineError `invalid_expression`; `what` says what it is, for people */
export function compileExpression(expression: string, kind: ExpressionKind, what: string): CompiledExpression {
  const cacheKey = `${kind} ${expression}`;
  const known = compiled.get(cacheKey);
  if (known !== undefined) {
    // The order of the map is the order of use: the first one goes when there are too many.
    compiled.delete(cacheKey);
    compiled.set(cacheKey, known);
    return known;
  }
  try {
    const node = parseExpression(expression);
    const made = { ...compileNode(node, variablesOf[kind]), node };
    if (compiled.size >= compiledLimit) compiled.delete(compiled.keys().next().value as string);
    compiled.set(cacheKey, made);
    return made;
  } catch (error) {
    throw refuseExpression(what, expression, (error as Error).message);
  }
}

/** @throws EngineError `invalid_expression` with what is wrong */
export function compileCondition(expression: string, kind: ConditionKind = "trigger"): CompiledExpression {
  const made = compileExpression(expression, kind, "condition");
  if (made.type === "bool" || made.type === "dyn") return made;
  throw refuseExpression("condition", expression, `it gives ${made.type}, and a condition must give true or false`);
}

const cancelCalls: ReadonlySet<string> = new Set(["int", "uint", "double"]);

function findCall(node: unknown): string | null {
  if (Array.isArray(node)) {
    for (const item of node) {
      const found = findCall(item);
      if (found !== null) return found;
    }
    return null;
  }
  if (typeof node !== "object" || node === null || !("op" in node)) return null;
  const { op, args } = node as ASTNode;
  const name = op === "call" || op === "rcall" ? String((args as unknown[])[0]) : null;
  return name !== null && !cancelCalls.has(name) ? name : findCall(args);
}

/**
 * A condition of `cancelOn`: operators, fields and literals only, and `int`, `uint` and `double`.
 * @throws EngineError `invalid_expression`
 */
export function compileCancelCondition(expression: string): CompiledExpression {
  const made = compileCondition(expression, "wait");
  const call = findCall(made.node);
  if (call === null) return made;
  const why = `in cancelOn only operators and int(), uint() and double() are allowed, and it calls ${call}()`;
  throw refuseExpression("condition", expression, why);
}

/** What a condition sees of an event: its fields with `data` parsed. */
export const conditionEvent: (event: EventRecord) => Fields = eventView;

export interface ConditionInput {
  /** The event that starts or started the run. */
  event: Fields;
  /** The event that came later, for waits and `cancelOn`. */
  async?: Fields;
  /** Milliseconds since 1970, for `now()`. */
  now: number;
}

export type ConditionResult = { holds: boolean; error: string | null };

/** The value of an expression. @throws ExpressionFault when it has none, EngineError when it does not compile */
export function evaluateExpression(expression: string, input: ConditionInput, what: string): unknown {
  const kind = input.async === undefined ? "trigger" : "wait";
  const { evaluate } = compileExpression(expression, kind, what);
  return evaluate(createScope({ event: input.event, async: input.async ?? null, vars: {} }, input.now));
}

/** Whether a condition holds. A missing field as its value means that it does not; a failure does too, and is told in `error`. */
export function evaluateCondition(expression: string, input: ConditionInput): ConditionResult {
  try {
    const value = evaluateExpression(expression, input, "condition");
    if (value === null) return { holds: false, error: null };
    if (typeof value === "boolean") return { holds: value, error: null };
    const type = typeof value;
    return { holds: false, error: `The condition \`${expression}\` gave ${type} instead of true or false` };
  } catch (error) {
    if (error instanceof ExpressionFault)
      return { holds: false, error: `The condition \`${expression}\` could not be evaluated: ${error.message}` };
    return { holds: false, error: (error as Error).message };
  }
}
