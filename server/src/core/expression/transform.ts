/**
 * Transforms of webhooks: an expression that makes an event of what was delivered. Called by the room `webhooks`. An evaluation
 * has the same budget as a condition, and reads nothing but what it is given.
 */
import { compileExpression, refuseExpression } from "./condition.ts";
import { toJson } from "./key.ts";
import { createScope } from "./scope.ts";
import { type Fields, Timestamp } from "./values.ts";

export interface TransformInput {
  /** What the body holds; null for an empty one. */
  body: unknown;
  /** By lower-case name. */
  headers: Fields;
  query: Fields;
}

/** @throws EngineError `invalid_expression`, also when it can never give an event */
export function compileTransform(expression: string): void {
  const { type } = compileExpression(expression, "transform", "transform");
  if (type === "map" || type === "list" || type === "dyn" || type === "null") return;
  throw refuseExpression("transform", expression, `it gives ${type}, and must give an event: {"name": …, "data": …}`);
}

/** Events count milliseconds. */
function withMs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMs);
  if (typeof value !== "object" || value === null || !("ts" in value) || !(value.ts instanceof Timestamp)) return value;
  return { ...value, ts: value.ts.ms };
}

/**
 * What it gives, as JSON; a `ts` that is a timestamp becomes milliseconds.
 * @throws ExpressionFault when it has no value
 */
export function evaluateTransform(expression: string, { body, headers, query }: TransformInput, now: number): unknown {
  const { evaluate } = compileExpression(expression, "transform", "transform");
  return toJson(withMs(evaluate(createScope({ body, headers, query }, now))));
}
