/**
 * Expressions that give a value instead of true or false: the keys of flow control, and priorities. Called by parse-flow and core/flow.
 */
import { toComparableJson } from "../../domain/stored-json.ts";
import { compileExpression, evaluateExpression, refuseExpression } from "./condition.ts";
import { Duration, ExpressionFault, type Fields, isFields, isNumber, Timestamp, TypeName } from "./values.ts";

/**
 * `value` is plain JSON, null for a missing field; `text` is its canonical JSON text, the same for equal values.
 */
export type KeyResult = { ok: true; value: unknown; text: string } | { ok: false; error: string };
export type NumberResult = { ok: true; value: number } | { ok: false; error: string };

/** @throws EngineError `invalid_expression`. `what` says what it is, for people, e.g. "key" */
export function compileKey(expression: string, what: string = "key"): void {
  compileExpression(expression, "trigger", what);
}

/** @throws EngineError `invalid_expression`, also when it can never give a number */
export function compileNumber(expression: string, what: string = "expression"): void {
  const { type } = compileExpression(expression, "trigger", what);
  if (type === "int" || type === "double" || type === "dyn") return;
  throw refuseExpression(what, expression, `it gives ${type}, and must give a number`);
}

/** A value as plain JSON. */
export function toJson(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Timestamp) return new Date(value.ms).toISOString();
  if (value instanceof Duration) return value.ms;
  if (value instanceof TypeName) return value.text;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(toJson);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
}

function failure(what: string, expression: string, error: unknown): { ok: false; error: string } {
  if (!(error instanceof ExpressionFault)) return { ok: false, error: (error as Error).message };
  return { ok: false, error: `The ${what} \`${expression}\` could not be evaluated: ${error.message}` };
}

/** The value of a key for an event, as `conditionEvent` gives it. `now`: milliseconds since 1970. Never throws. */
export function evaluateKey(expression: string, event: Fields, now: number): KeyResult {
  try {
    const value = toJson(evaluateExpression(expression, { event, now }, "key"));
    return { ok: true, value, text: toComparableJson(value) };
  } catch (error) {
    return failure("key", expression, error);
  }
}

/** A number, e.g. a priority; true is 1, false and a missing field are 0. Never throws. */
export function evaluateNumber(expression: string, event: Fields, now: number): NumberResult {
  try {
    const value = evaluateExpression(expression, { event, now }, "expression");
    const number = isNumber(value) || typeof value === "boolean" || value === null ? Number(value) : Number.NaN;
    if (Number.isFinite(number)) return { ok: true, value: number };
    throw new ExpressionFault(`it gave ${typeof value} instead of a number`);
  } catch (error) {
    return failure("expression", expression, error);
  }
}
