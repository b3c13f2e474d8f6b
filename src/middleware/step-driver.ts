/**
 * Puts middleware around the steps of one call. Brought by the pipeline, used by `src/execution`, which knows nothing of
 * when which hook is called; an app without middleware does not bundle it.
 */
import type { ExecutionHooks, HookContext, StepIdentity, StepInfo, StepMoment, StepType } from "./hooks.ts";

/** What the driver needs of the replay machine. */
export interface StepPort {
  /** What the next call with this id will be known by, and whether it is remembered. */
  preview(id: string): { hashedId: string; memoized: boolean };
  /** Until it is released, user code does not count as at rest. */
  hold(): void;
  release(): void;
  /** Whether everything remembered has been asked for. */
  isMemorySpent(): boolean;
}

/** A step call that the replay machine has taken. */
export interface TakenStep {
  hashedId: string;
  memoized: boolean;
  result: Promise<unknown>;
}

/** A new step that is about to run. */
export interface BeginningStep {
  hashedId: string;
  /** Runs and reports it. */
  run(): void;
  /** Has it run something else than its function. */
  replace(work: () => unknown): void;
}

/** A step of which middleware is told. */
interface Wrapped {
  moment: StepMoment;
  result: Promise<unknown>;
  /** Gives user code what middleware makes of the result. */
  resolve: (value: Promise<unknown>) => void;
}

export class StepDriver {
  readonly #hooks: ExecutionHooks;
  readonly #context: HookContext;
  readonly #port: StepPort;
  readonly #wrapped = new Map<string, Wrapped>();
  #memoryHasEnded = false;

  constructor(hooks: ExecutionHooks, context: HookContext, port: StepPort) {
    this.#hooks = hooks;
    this.#context = context;
    this.#port = port;
  }

  /** Takes a step call. @param take hands what middleware made of its arguments to the replay machine. */
  async register(
    stepType: StepType,
    given: StepIdentity,
    givenInput: unknown[],
    take: (options: StepIdentity, input: unknown[]) => TakenStep,
  ): Promise<unknown> {
    const { transformStepInput, wrapStep } = this.#hooks;
    let options = given;
    let input = givenInput;
    this.#port.hold();
    try {
      if (transformStepInput) {
        const stepInfo = { ...this.#port.preview(given.id), stepType };
        ({ stepOptions: options, input } = await transformStepInput({ stepInfo, stepOptions: given, input }));
      }
      const { hashedId, memoized, result } = take(options, input);
      const stepInfo: StepInfo = { hashedId, memoized, stepType, options, ...(input.length > 0 ? { input } : {}) };
      const moment = { ctx: this.#context, stepInfo };
      if (this.#port.isMemorySpent()) await this.endMemory();
      if (memoized) return wrapStep ? this.#wrap(moment, result, () => result) : result;
      return new Promise((resolve) => this.#wrapped.set(hashedId, { moment, result, resolve }));
    } finally {
      this.#port.release();
    }
  }

  /** Begins a step that is to run now. What middleware gives without running it is what it came to. */
  begin({ hashedId, run, replace }: BeginningStep): void {
    const { moment, result, resolve } = this.#of(hashedId);
    let begun = false;
    const start = (): void => {
      if (!begun) run();
      begun = true;
    };
    const instead = (work: () => unknown): void => {
      if (!begun) replace(work);
      start();
    };
    const whole = this.#wrap(moment, result, () => {
      start();
      return result;
    });
    whole.then(
      (value) => instead(() => value),
      (error) =>
        instead(() => {
          throw error;
        }),
    );
    resolve(whole);
  }

  /** Runs a step's function, with middleware around it. */
  async perform(hashedId: string, work: () => unknown): Promise<unknown> {
    const { moment } = this.#of(hashedId);
    await this.#hooks.onStepStart?.(moment);
    return this.#hooks.wrapStepHandler ? this.#hooks.wrapStepHandler(moment, async () => work()) : work();
  }

  /** Tells what a step came to. @param failure null when it did not fail. */
  async report(
    hashedId: string,
    output: unknown,
    failure: { thrown: unknown; isFinal: boolean } | null,
  ): Promise<void> {
    const { moment } = this.#of(hashedId);
    if (failure) await this.#hooks.onStepError?.(moment, failure.thrown, failure.isFinal);
    else await this.#hooks.onStepComplete?.(moment, output);
  }

  /** Everything remembered has been asked for. */
  async endMemory(): Promise<void> {
    if (this.#memoryHasEnded) return;
    this.#memoryHasEnded = true;
    await this.#hooks.onMemoizationEnd?.(this.#context);
  }

  #of(hashedId: string): Wrapped {
    return this.#wrapped.get(hashedId) as Wrapped;
  }

  /** Between the moment at which a result is given out and the end of `wrapStep`, user code is not at rest. */
  #wrap(moment: StepMoment, result: Promise<unknown>, next: () => Promise<unknown>): Promise<unknown> {
    let state: "open" | "held" | "done" = "open";
    const hold = (): void => {
      if (state !== "open") return;
      state = "held";
      this.#port.hold();
    };
    const release = (): void => {
      if (state === "held") this.#port.release();
      state = "done";
    };
    result.then(hold, hold);
    const { wrapStep } = this.#hooks;
    const wrapped = wrapStep ? wrapStep(moment, next) : next();
    wrapped.then(release, release);
    return wrapped;
  }
}
