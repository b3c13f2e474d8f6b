/**
 * Carries a run forward by one call: replays what is remembered, then runs the one new step or reports what was found.
 * Called by the handler with everything it needs. Must never keep anything between calls.
 */

import { NonRetriableError } from "../errors/index.ts";
import type { Context, FailureHandler, Handler } from "../function/index.ts";
import type { MemoizedStep } from "../protocol/call.ts";
import { createStepTools, type SendEvents, type StepCall } from "../steps/index.ts";
import { Memo } from "./memo.ts";
import { type Outcome, toFailure } from "./outcome.ts";
import { type Plan, plan } from "./planner.ts";
import { Replay } from "./replay.ts";
import { type NewStep, runStep } from "./run-step.ts";

const STEP_SEARCH_MS = 10_000;

export interface ExecutionInput {
  handler: Handler | FailureHandler;
  /** The handler's argument, all but `step`. */
  context: Omit<Context, "step"> & { error?: Error };
  steps: Record<string, MemoizedStep>;
  /** Hashed ids in the order in which their outputs were saved. */
  order: readonly string[];
  /** The one step to run, hashed; null: find out what comes next. */
  requestedStepId: string | null;
  /** True: report a new step instead of running it. */
  disableImmediateExecution: boolean;
  send: SendEvents;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Never rejects: what user code throws is an outcome. */
export function execute(input: ExecutionInput): Promise<Outcome> {
  return new Promise((resolve) => {
    void new Execution(input, resolve).start();
  });
}

type Settled = { ok: true; value: unknown } | { ok: false; thrown: unknown };

class Execution {
  readonly #input: ExecutionInput;
  readonly #finish: (outcome: Outcome) => void;
  readonly #replay: Replay;
  #settled: Settled | null = null;
  /** True once it is decided what this call does; what user code does after that no longer counts. */
  #decided = false;
  #searchTimer: ReturnType<typeof setTimeout> | undefined;
  /** Id of the step whose function runs at this very moment, up to its first await. */
  #inside: string | null = null;
  /** Id of the step that this call runs; null until there is one. */
  #running: string | null = null;

  constructor(input: ExecutionInput, finish: (outcome: Outcome) => void) {
    this.#input = input;
    this.#replay = new Replay(new Memo(input.steps, input.order), () => this.#decide());
    this.#finish = (outcome) => {
      clearTimeout(this.#searchTimer);
      this.#replay.end();
      finish(outcome);
    };
  }

  start(): void {
    const { handler, context, send, requestedStepId } = this.#input;
    const step = createStepTools((call) => this.#register(call), send);
    if (requestedStepId !== null) {
      this.#searchTimer = setTimeout(() => this.#carryOut(this.#plan(true)), STEP_SEARCH_MS);
    }
    const running = (async () => (handler as (argument: unknown) => unknown)({ ...context, step }))();
    running.then(
      (value) => this.#settle({ ok: true, value }),
      (thrown: unknown) => this.#settle({ ok: false, thrown }),
    );
  }

  #register(call: StepCall): Promise<unknown> {
    if (this.#inside === null) {
      if (this.#running !== null) this.#warnOfNesting(call.id, this.#running);
      return this.#replay.register(call);
    }
    throw new NonRetriableError(
      `Step "${call.id}" was called inside step "${this.#inside}". Steps cannot be nested: call "${call.id}" after it, or do its work without a step.`,
    );
  }

  /** After a step's first await nobody can tell its own calls from those of a parallel branch, which wait rightly. */
  #warnOfNesting(inner: string, outer: string): void {
    this.#input.context.logger.warn(
      `Step "${inner}" was called while step "${outer}" runs. If "${outer}" awaits it, it waits for ever: steps cannot be nested.`,
    );
  }

  #settle(settled: Settled): void {
    this.#settled = settled;
    if (!settled.ok && this.#input.requestedStepId === null) this.#decide();
    else this.#replay.wake();
  }

  /** User code is at rest, or has failed. */
  #decide(): void {
    this.#carryOut(this.#plan(this.#settled !== null));
  }

  #plan(searchIsOver: boolean): Plan {
    return plan({
      newSteps: this.#replay.newSteps,
      requestedStepId: this.#input.requestedStepId,
      disableImmediateExecution: this.#input.disableImmediateExecution,
      settled: this.#settled,
      searchIsOver,
    });
  }

  #carryOut(decided: Plan): void {
    if (this.#decided || decided.type === "wait") return;
    this.#decided = true;
    if (decided.type === "run") {
      void this.#runStep(decided.step);
      return;
    }
    if (decided.type === "reject") {
      this.#finish({ type: "function-rejected", failure: toFailure(decided.thrown, this.#isLastAttempt()) });
      return;
    }
    this.#finish(decided.outcome);
  }

  async #runStep(step: NewStep): Promise<void> {
    clearTimeout(this.#searchTimer);
    this.#replay.end();
    const { call } = step;
    this.#running = call.id;
    const run = call.run;
    const guarded: StepCall = {
      ...call,
      run: (input) => {
        this.#inside = call.id;
        try {
          return run?.(input);
        } finally {
          this.#inside = null;
        }
      },
    };
    const ran = await runStep({
      step: { ...step, call: guarded },
      isLastAttempt: this.#isLastAttempt(),
      now: this.#input.now,
    });
    this.#finish({ type: "step-ran", ...ran });
  }

  #isLastAttempt(): boolean {
    const { attempt, maxAttempts } = this.#input.context;
    return maxAttempts !== undefined && attempt + 1 >= maxAttempts;
  }
}
