/**
 * The replay machine: answers step calls from memory, in the order in which the run first learned of them, and gathers
 * the calls that memory does not answer. Made by `execute` for one call; holds nothing once that call has ended.
 * Must never run a step itself, copy what is remembered, or let a result through before user code has come to rest.
 */
import { StepError } from "../errors/index.ts";
import { hashStepId, repeatedId, type StepCall, StepIdCounter } from "../steps/index.ts";
import { callerContext } from "./caller-context.ts";
import type { Memo, Remembered } from "./memo.ts";
import type { NewStep } from "./run-step.ts";
import { FULL_SETTLE_TICKS, microtasksEnd, SHORT_SETTLE_TICKS, settle, TICK } from "./settle.ts";

type Result = Extract<Remembered, { type: "data" | "error" }>;

/** `remembered` is kept as it is: copying it costs more than all else of a remembered step. */
interface Waiting {
  remembered: Result;
  stepId: string;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

export interface ReplayEvents {
  /** Memory has answered all it can, and user code is at rest. */
  onRest(): void;
  /** Once: a repeated id was counted while its first use had no result, so that their order tells which is which. */
  onParallelIndex(id: string): void;
  /** What is remembered of the last step is about to be given out. */
  onLastAnswer(): void;
}

export class Replay {
  /** Steps that were called and are not remembered, in the order of their calls. */
  readonly newSteps: NewStep[] = [];
  readonly #memo: Memo;
  readonly #events: ReplayEvents;
  readonly #ids = new StepIdCounter();
  readonly #waiting = new Map<string, Waiting>();
  readonly #asked = new Set<string>();
  #calls = 0;
  #running = false;
  #awake: () => void = () => {};
  #ended = false;
  #held = 0;
  #settleTicks = FULL_SETTLE_TICKS;
  #parallel = false;
  #parallelIndex = false;

  constructor(memo: Memo, events: ReplayEvents) {
    this.#memo = memo;
    this.#events = events;
    void this.#serve();
  }

  /** Takes a step call. The promise stays open when the step is not remembered. */
  register(call: StepCall): Promise<unknown> {
    const index = this.#ids.indexOf(call.id);
    const id = hashStepId(repeatedId(call.id, index));
    return this.#ask(call, id, index, this.#recall(call, id, index));
  }

  /** Takes a step call, and leaves it to `ask` to wait for its result: a new step is found only then. */
  take(call: StepCall): { hashedId: string; index: number; memoized: boolean; ask: () => Promise<unknown> } {
    const index = this.#ids.indexOf(call.id);
    const hashedId = hashStepId(repeatedId(call.id, index));
    const remembered = this.#recall(call, hashedId, index);
    const ask = (): Promise<unknown> => {
      this.#calls++;
      return this.#ask(call, hashedId, index, remembered);
    };
    return { hashedId, index, memoized: isResult(remembered), ask };
  }

  #recall(call: StepCall, id: string, index: number): Remembered {
    // Nobody can give a fetch an id of its own.
    if (index > 0 && !this.#parallelIndex && call.kind !== "fetch") this.#checkIndex(call.id);
    this.#calls++;
    const remembered = this.#memo.get(id, call.op);
    if (remembered) this.#asked.add(id);
    return remembered;
  }

  #ask(call: StepCall, id: string, index: number, remembered: Remembered): Promise<unknown> {
    const result = new Promise((resolve, reject) => {
      if (this.#ended) return;
      if (isResult(remembered)) this.#waiting.set(id, { remembered, stepId: call.id, resolve, reject });
      else {
        const enter = call.run && callerContext();
        this.newSteps.push({ call, id, index, input: remembered?.value ?? null, resolve, enter });
      }
      this.wake();
    });
    // A failed step that nobody awaits must not end the process.
    if (remembered?.type === "error") result.catch(() => {});
    return result;
  }

  /** What the next call with this id will be known by, and whether it is remembered. */
  preview(id: string): { hashedId: string; memoized: boolean } {
    const hashedId = hashStepId(repeatedId(id, this.#ids.peek(id)));
    return { hashedId, memoized: isResult(this.#memo.get(hashedId)) };
  }

  /** Says that something has changed: user code may be at rest soon. */
  wake(): void {
    if (this.#running || this.#ended || this.#held > 0) return;
    this.#running = true;
    this.#awake();
  }

  /** Until it is released, user code does not count as at rest, and nothing is given out. */
  hold(): void {
    this.#held++;
  }

  release(): void {
    this.#held--;
    this.wake();
  }

  /** Takes what a new step came to, and gives it out when its turn has come. */
  remember(step: NewStep, value: unknown): void {
    this.newSteps.splice(this.newSteps.indexOf(step), 1);
    this.#memo.append(step.id);
    this.#asked.add(step.id);
    const { call, resolve } = step;
    this.#waiting.set(step.id, { remembered: { type: "data", value }, stepId: call.id, resolve, reject: resolve });
  }

  /** From now on no step call is answered or gathered. */
  end(): void {
    this.#ended = true;
    this.#waiting.clear();
  }

  /** Whether everything remembered has been asked for. */
  isMemorySpent(): boolean {
    return this.#asked.size >= this.#memo.size;
  }

  /** Ids of remembered steps that the code has not asked for. For messages only. */
  unasked(): string[] {
    return this.#memo.otherThan(this.#asked);
  }

  #checkIndex(id: string): void {
    const open = this.newSteps.some(({ call }) => call.id === id);
    this.#parallelIndex = open || [...this.#waiting.values()].some(({ stepId }) => stepId === id);
    if (this.#parallelIndex) this.#events.onParallelIndex(id);
  }

  /** One loop for the whole call, so that no asynchronous context of user code is in what follows from a step call. */
  async #serve(): Promise<void> {
    while (!this.#ended) {
      if (!this.#running) {
        await new Promise<void>((resolve) => {
          this.#awake = resolve;
        });
      }
      const end = microtasksEnd();
      const isFull = end !== null || this.#settleTicks === FULL_SETTLE_TICKS;
      if (end) await new Promise<void>((resolve) => end(resolve));
      else if (isFull) await settle(FULL_SETTLE_TICKS, () => this.#calls);
      else for (let i = 0; i < SHORT_SETTLE_TICKS; i++) await TICK;
      if (this.#ended) return;
      if (this.#held > 0) {
        this.#running = false;
        continue;
      }
      const waiting = this.#waiting.size;
      const found = this.newSteps.length;
      if (waiting > 1 || (waiting > 0 && found > 0)) this.#parallel = true;
      if (waiting > 0 ? !this.#answerOne(isFull) : found > 0 && !isFull) this.#settleTicks = FULL_SETTLE_TICKS;
      else if (waiting === 0) {
        this.#running = false;
        this.#events.onRest();
      }
    }
  }

  /** @returns false when the step that came next has not been called, and it is too early to pass over it. */
  #answerOne(isFull: boolean): boolean {
    const id = this.#memo.take(this.#waiting, isFull);
    if (id === null) return false;
    const { remembered, stepId, resolve, reject } = this.#waiting.get(id) as Waiting;
    this.#waiting.delete(id);
    this.#settleTicks = this.#parallel ? FULL_SETTLE_TICKS : SHORT_SETTLE_TICKS;
    if (this.#waiting.size === 0 && this.isMemorySpent()) this.#events.onLastAnswer();
    if (remembered.type === "data") resolve(remembered.value);
    else reject(new StepError(stepId, remembered.value));
    return true;
  }
}

function isResult(remembered: Remembered): remembered is Result {
  return remembered !== null && remembered.type !== "input";
}
