/**
 * The replay machine: answers step calls from memory, in the order in which the run first learned of them, and gathers
 * the calls that memory does not answer. Made by `execute` for one call; holds nothing once that call has ended.
 * Must never run a step itself, copy what is remembered, or let a result through before user code has come to rest.
 */
import { StepError } from "../errors/index.ts";
import type { StepCall } from "../steps/index.ts";
import { hashStepId, repeatedId, StepIdCounter } from "../steps/index.ts";
import type { Memo, Remembered } from "./memo.ts";
import type { NewStep } from "./run-step.ts";
import { FULL_SETTLE_TICKS, SHORT_SETTLE_TICKS, settle, tick } from "./settle.ts";

interface Waiting {
  stepId: string;
  remembered: Remembered;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

export class Replay {
  /** Steps that were called and are not remembered, in the order of their calls. */
  readonly newSteps: NewStep[] = [];
  readonly #memo: Memo;
  readonly #onRest: () => void;
  readonly #ids = new StepIdCounter();
  readonly #waiting = new Map<string, Waiting>();
  #calls = 0;
  #running = false;
  #ended = false;
  #settleTicks = FULL_SETTLE_TICKS;
  #parallel = false;

  /** @param onRest called each time memory has answered all it can and user code is at rest. */
  constructor(memo: Memo, onRest: () => void) {
    this.#memo = memo;
    this.#onRest = onRest;
  }

  /** Takes a step call; the step tools call this. The promise stays open when the step is not remembered. */
  readonly register = (call: StepCall): Promise<unknown> => {
    const index = this.#ids.indexOf(call.id);
    const id = hashStepId(repeatedId(call.id, index));
    this.#calls++;
    const remembered = this.#memo.get(id);
    const result = new Promise((resolve, reject) => {
      if (this.#ended) return;
      if (remembered.type === "nothing" || remembered.type === "input") {
        this.newSteps.push({ call, id, index, input: remembered.type === "input" ? remembered.input : null });
      } else {
        this.#waiting.set(id, { stepId: call.id, remembered, resolve, reject });
      }
      this.wake();
    });
    // A failed step that nobody awaits must not end the process.
    if (remembered.type === "error") result.catch(() => {});
    return result;
  };

  /** Says that something has changed: user code may be at rest soon. */
  wake(): void {
    if (this.#running || this.#ended) return;
    this.#running = true;
    void this.#drain();
  }

  /** From now on no step call is answered or gathered. */
  end(): void {
    this.#ended = true;
    this.#waiting.clear();
  }

  async #drain(): Promise<void> {
    while (!this.#ended) {
      await this.#settle();
      if (this.#ended) return;
      if (this.#waiting.size > 1 || (this.#waiting.size > 0 && this.newSteps.length > 0)) this.#parallel = true;
      if (this.#waiting.size > 0) {
        if (!this.#answerOne()) this.#settleTicks = FULL_SETTLE_TICKS;
        continue;
      }
      if (this.newSteps.length > 0 && this.#settleTicks < FULL_SETTLE_TICKS) {
        this.#settleTicks = FULL_SETTLE_TICKS;
        continue;
      }
      this.#running = false;
      this.#onRest();
      return;
    }
  }

  async #settle(): Promise<void> {
    if (this.#settleTicks < FULL_SETTLE_TICKS) await tick(this.#settleTicks);
    else await settle(this.#settleTicks, () => this.#calls);
  }

  /** @returns false when the step that came next has not been called, and it is too early to pass over it. */
  #answerOne(): boolean {
    let id = this.#memo.takeNext(this.#waiting);
    if (id === null && this.#settleTicks < FULL_SETTLE_TICKS) return false;
    id ??= this.#memo.takeAny(this.#waiting);
    const waiting = this.#waiting.get(id as string) as Waiting;
    this.#waiting.delete(id as string);
    this.#settleTicks = this.#parallel ? FULL_SETTLE_TICKS : SHORT_SETTLE_TICKS;
    if (waiting.remembered.type === "data") waiting.resolve(waiting.remembered.data);
    else if (waiting.remembered.type === "error")
      waiting.reject(new StepError(waiting.stepId, waiting.remembered.error));
    return true;
  }
}
