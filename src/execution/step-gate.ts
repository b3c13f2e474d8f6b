/**
 * Where step calls come in and where a step's function is run: options, nesting, and middleware around both.
 * Made by `execute` for one call. Without middleware a step call goes straight to the replay machine.
 */
import { NonRetriableError } from "../errors/index.ts";
import type { ExecutionHooks, HookContext, StepInfo, StepMoment } from "../middleware/hooks.ts";
import {
  type CurrentRun,
  type ParsedOptions,
  parseStepOptions,
  type RegisterStep,
  runStorage,
  type StepCall,
  type StepEnv,
  type StepTool,
  toStepCall,
} from "../steps/index.ts";
import type { Replay } from "./replay.ts";
import type { NewStep, RanStep } from "./run-step.ts";
import { warnOfNesting } from "./warnings.ts";

export interface StepGateInput {
  replay: Replay;
  hooks: ExecutionHooks | null;
  context: HookContext;
  env: StepEnv;
  current: CurrentRun;
  /** See `ExecutionInput`. */
  onReplayEnd: (() => void) | undefined;
}

/** A new step that middleware is told of. */
interface Wrapped {
  moment: StepMoment;
  result: Promise<unknown>;
  /** Gives user code what middleware makes of the result. */
  resolve: (value: Promise<unknown>) => void;
}

export class StepGate {
  readonly #input: StepGateInput;
  readonly #hooks: ExecutionHooks | null;
  readonly #wrapped = new Map<string, Wrapped>();
  #memoryHasEnded = false;
  #replayHasEnded = false;
  /** Id of the step whose function runs at this very moment, up to its first await. */
  #inside: string | null = null;
  /** Id of the step that this call runs now; null when it runs none. */
  running: string | null = null;

  constructor(input: StepGateInput) {
    this.#input = input;
    this.#hooks = input.hooks;
  }

  get isInside(): boolean {
    return this.#inside !== null;
  }

  /** Takes a step call; the step tools call this. */
  readonly register: RegisterStep = (tool, options, input, work) => {
    const { replay, env, current, hooks } = this.#input;
    const parsed = parseStepOptions(tool.kind, options);
    const store = runStorage()?.getStore();
    const mine = store?.register === current.register ? store : null;
    this.#assertNotNested(parsed.id, mine);
    if (mine?.parallelMode) parsed.parallelMode ??= mine.parallelMode;
    if (hooks) return this.#registerWithHooks(hooks, tool, parsed, input, work);
    return replay.register(toStepCall(tool, parsed, input, work, env)).result;
  };

  #assertNotNested(id: string, store: CurrentRun | null): void {
    const outer = this.#inside ?? store?.inside ?? null;
    if (outer !== null) {
      throw new NonRetriableError(
        `Step "${id}" was called inside step "${outer}". Steps cannot be nested: call "${id}" after it, or do its work without a step.`,
      );
    }
    if (this.running !== null && !store) warnOfNesting(this.#input.context.logger, id, this.running);
  }

  async #registerWithHooks(
    hooks: ExecutionHooks,
    tool: StepTool,
    given: ParsedOptions,
    givenInput: unknown[],
    work: unknown,
  ): Promise<unknown> {
    const { replay, env, context } = this.#input;
    let options = given;
    let input = givenInput;
    replay.hold();
    try {
      if (hooks.transformStepInput) {
        const stepInfo = { ...replay.preview(given.id), stepType: tool.kind };
        const stepOptions = { id: given.id, name: given.name };
        const changed = await hooks.transformStepInput({ stepInfo, stepOptions, input });
        const { id, name } = changed.stepOptions;
        options = { ...given, id, name: name ?? id };
        input = changed.input;
      }
      const call = toStepCall(tool, options, input, work, env);
      const { id, remembered, result } = replay.register(call);
      const memoized = remembered.type !== "nothing" && remembered.type !== "input";
      const moment = { ctx: context, stepInfo: toStepInfo(call, id, memoized) };
      if (replay.isMemorySpent) await this.endMemory();
      if (memoized) return hooks.wrapStep ? this.#wrap(hooks, { moment, result }, () => result) : result;
      return new Promise((resolve) => this.#wrapped.set(id, { moment, result, resolve }));
    } finally {
      replay.release();
    }
  }

  /** Between the moment at which a result is given out and the end of `wrapStep`, user code is not at rest. */
  #wrap(
    hooks: ExecutionHooks,
    { moment, result }: Pick<Wrapped, "moment" | "result">,
    next: () => Promise<unknown>,
  ): Promise<unknown> {
    const { replay } = this.#input;
    let state: "open" | "held" | "done" = "open";
    const hold = (): void => {
      if (state !== "open") return;
      state = "held";
      replay.hold();
    };
    const release = (): void => {
      if (state === "held") replay.release();
      state = "done";
    };
    result.then(hold, hold);
    const wrapped = hooks.wrapStep ? hooks.wrapStep(moment, next) : next();
    wrapped.then(release, release);
    return wrapped;
  }

  /** Begins a step that is to run now. @param run runs and reports it. */
  begin(step: NewStep, run: () => Promise<void>): void {
    this.running = step.call.id;
    this.#input.replay.hold();
    this.endReplay();
    const wrapped = this.#wrapped.get(step.id);
    if (!this.#hooks || !wrapped) return void run();
    let begun = false;
    const next = (): Promise<unknown> => {
      if (!begun) void run();
      begun = true;
      return wrapped.result;
    };
    const whole = this.#wrap(this.#hooks, wrapped, next);
    // What middleware gives without running the step is what the step came to.
    const instead = (work: () => unknown): void => {
      if (begun) return;
      step.call.run = work;
      void run();
    };
    whole.then(
      (value) => instead(() => value),
      (error) =>
        instead(() => {
          throw error;
        }),
    );
    wrapped.resolve(whole);
  }

  /** Runs a step's function, with middleware around it. */
  async perform(step: NewStep): Promise<unknown> {
    const moment = this.#wrapped.get(step.id)?.moment;
    const work = (): unknown => this.#runInside(step);
    if (!this.#hooks || !moment) return work();
    await this.#hooks.onStepStart?.(moment);
    return this.#hooks.wrapStepHandler ? this.#hooks.wrapStepHandler(moment, async () => work()) : work();
  }

  #runInside({ call, id, input }: NewStep): unknown {
    const storage = runStorage();
    const run = (): unknown => call.run?.(input ?? call.input, id);
    this.#inside = call.id;
    try {
      return storage ? storage.run({ ...this.#input.current, inside: call.id }, run) : run();
    } finally {
      this.#inside = null;
    }
  }

  /** Tells middleware what a step came to. */
  async report(step: NewStep, { operation, failure, thrown }: RanStep): Promise<void> {
    const moment = this.#wrapped.get(step.id)?.moment;
    if (!this.#hooks || !moment) return;
    if (failure) await this.#hooks.onStepError?.(moment, thrown, !failure.retriable);
    else await this.#hooks.onStepComplete?.(moment, operation.data);
  }

  /** Ends a step whose result has been saved, after which the function goes on. */
  finish(): void {
    this.running = null;
    this.#input.replay.release();
  }

  /** Everything remembered has been asked for. */
  async endMemory(): Promise<void> {
    if (this.#memoryHasEnded) return;
    this.#memoryHasEnded = true;
    await this.#hooks?.onMemoizationEnd?.(this.#input.context);
  }

  /** User code is about to do something new. */
  endReplay(): void {
    if (this.#replayHasEnded) return;
    this.#replayHasEnded = true;
    this.#input.onReplayEnd?.();
  }
}

function toStepInfo({ kind, id, displayName, input }: StepCall, hashedId: string, memoized: boolean): StepInfo {
  const options = { id, name: displayName };
  return { hashedId, memoized, stepType: kind, options, ...(input.length > 0 ? { input } : {}) };
}
