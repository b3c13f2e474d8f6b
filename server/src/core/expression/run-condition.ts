/**
 * Conditions that pick runs out of many: CEL over `event`, the one that started a run, and `output`, what it gave or failed
 * with. Called for bulk jobs and searches. Never evaluates what was not compiled here.
 */

import { compileNode, parseExpression } from "./compile.ts";
import { refuseExpression } from "./condition.ts";
import { createScope, type Piece } from "./scope.ts";
import { ExpressionFault, type Fields } from "./values.ts";

/** Compiles once, for many runs. @throws EngineError `invalid_expression` with what is wrong */
export function compileRunCondition(expression: string): Piece {
  let piece: Piece;
  try {
    piece = compileNode(parseExpression(expression), ["event", "output"]);
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error;
    throw refuseExpression("condition", expression, error.message);
  }
  if (piece.type === "bool" || piece.type === "dyn") return piece;
  throw refuseExpression("condition", expression, `it gives ${piece.type}, and a condition must give true or false`);
}

/** Whether it gives true. A failure to evaluate, as of a field of another type, is no. `now`: milliseconds since 1970. */
export function runConditionHolds(condition: Piece, event: Fields, output: unknown, now: number): boolean {
  try {
    return condition.evaluate(createScope({ event, output }, now)) === true;
  } catch (error) {
    if (error instanceof ExpressionFault) return false;
    throw error;
  }
}
