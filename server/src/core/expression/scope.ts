/** What one evaluation sees and may use. Made by evaluate-text's callers; passed through every piece of a compiled condition. */
import { Budget } from "./budget.ts";
import type { Fields } from "./values.ts";

export interface Scope {
  variables: Fields;
  /** Values of the variables that macros bring, by their depth. */
  locals: unknown[];
  /** Milliseconds since 1970. */
  now: number;
  budget: Budget;
}

export function createScope(variables: Fields, now: number): Scope {
  return { variables, locals: [], now, budget: new Budget() };
}

/** A compiled piece of a condition. */
export type Evaluate = (scope: Scope) => unknown;

/** What a piece gives, as far as it is known before it is evaluated: a name as of `type(x)`, or `dyn`. */
export interface Piece {
  evaluate: Evaluate;
  type: string;
}

export interface FunctionOfConditions {
  /** Number of arguments, the receiver of a method not counted. */
  arity: readonly number[];
  /** What it gives: a name as of `type(x)`, or `dyn`. */
  type: string;
  run(scope: Scope, args: readonly unknown[]): unknown;
}
