/**
 * What one evaluation of a condition may cost. Counted in steps, not in time, so that a condition that is refused on one
 * machine is refused on all; a step takes some tens of nanoseconds.
 */
import { ExpressionFault } from "./values.ts";

const maxSteps = 500_000;
/** Characters or bytes that count as one step. */
const stepLength = 32;

/** An evaluation that costs too much: nothing in the condition can catch it. */
export class OverBudget extends ExpressionFault {
  constructor() {
    super(`evaluating it takes more than ${maxSteps} steps. Look at fewer values`);
  }
}

export class Budget {
  #left: number = maxSteps;

  /** Steps that were charged so far. */
  get spent(): number {
    return maxSteps - this.#left;
  }

  /** @throws OverBudget */
  charge(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new OverBudget();
  }

  /** For what makes or reads a text of `length` characters. @throws OverBudget */
  chargeText(length: number): void {
    this.charge(1 + length / stepLength);
  }
}
