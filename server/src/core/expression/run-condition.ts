/**
 * Conditions that pick runs out of many: CEL over `event`, the one that started a run, `output`, what it gave or failed
 * with, and `error`, what it failed with, which is null for others. Called for bulk jobs and searches. Never evaluates what was not compiled here.
 */

import { compileNode, parseExpression } from "./compile.ts";
import { refuseExpression } from "./condition.ts";
import { createScope, type Piece } from "./scope.ts";
import type { Fields } from "./values.ts";

/** Compiles once, for many runs. @throws EngineError `invalid_expression` with what is wrong */
export function compileRunCondition(expression: string): Piece {
  let piece: Piece;
  try {
    piece = compileNode(parseExpression(expression), ["event", "output", "error"]);
  } catch (error) {
    throw refuseExpression("condition", expression, (error as Error).message);
  }
  if (piece.type === "bool" || piece.type === "dyn") return piece;
  throw refuseExpression("condition", expression, `it gives ${piece.type}, and a condition must give true or false`);
}

export interface RunValues {
  output: unknown;
  error: unknown;
}

/**
 * Whether it gives true, and the steps that this took. A failure to evaluate, as of a field of another type, is no.
 * `now`: milliseconds since 1970.
 */
export function runConditionHolds(
  condition: Piece,
  event: Fields,
  { output, error }: RunValues,
  now: number,
): { holds: boolean; steps: number } {
  const scope = createScope({ event, output, error }, now);
  try {
    return { holds: condition.evaluate(scope) === true, steps: scope.budget.spent };
  } catch {
    return { holds: false, steps: scope.budget.spent };
  }
}
