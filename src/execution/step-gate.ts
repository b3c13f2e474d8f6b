/**
 * Where step calls come in and where a step's function is run: options, nesting, and middleware around both.
 * Made by `execute` for one call. Without middleware a step call goes straight to the replay machine.
 */
import { messageOf, NonRetriableError } from "../errors/index.ts";
import type { Logger } from "../function/index.ts";
import type { StepDriver, StepIdentity, TakenStep } from "../middleware/index.ts";
import {
  type AsyncExecution,
  type CurrentRun,
  noteFailure,
  parseStepOptions,
  type RegisterStep,
  repeatedId,
  runStorage,
  type StepCall,
  type StepEnv,
  seenInput,
  toStepCall,
  unknownOptions,
  withInput,
} from "../steps/index.ts";
import type { Replay } from "./replay.ts";
import type { NewStep, RanStep } from "./run-step.ts";
import { warnByCode, warnOfNesting, warnOfOptions } from "./warnings.ts";

export interface StepGateInput {
  replay: Replay;
  /** Null when there is no middleware. */
  driver: StepDriver | null;
  logger: Logger;
  env: StepEnv;
  current: CurrentRun;
  /** See `ExecutionInput`. */
  onReplayEnd: (() => void) | undefined;
}

export class StepGate {
  readonly #input: StepGateInput;
  #replayHasEnded = false;
  /** Id of the step whose function runs at this very moment, up to its first await. */
  #inside: string | null = null;
  /** Id of the step that this call runs now; null when it runs none. */
  running: string | null = null;

  constructor(input: StepGateInput) {
    this.#input = input;
  }

  get isInside(): boolean {
    return this.#inside !== null;
  }

  /** Takes a step call; the step tools call this. Never throws: a call that is wrong may come from a timer. */
  readonly register: RegisterStep = (tool, options, input, work) => {
    try {
      return this.#register(tool, options, input, work);
    } catch (error) {
      if (!(error instanceof NonRetriableError)) this.#input.logger.warn({ err: error }, messageOf(error));
      // Nobody may await it, and that must not end the process.
      return noteFailure(Promise.reject(error));
    }
  };

  #register(...[tool, options, input, work]: Parameters<RegisterStep>): Promise<unknown> {
    const { replay, env, current, driver, logger } = this.#input;
    const parsed = parseStepOptions(tool.kind, options);
    warnOfOptions(logger, parsed.id, unknownOptions(options));
    const store = runStorage()?.getStore();
    const mine = store && store.register === current.register ? store : null;
    this.#assertNotNested(parsed.id, mine);
    const parallelMode = mine?.execution?.parallelMode;
    if (parallelMode) parsed.parallelMode ??= parallelMode;
    const call = toStepCall(tool, parsed, input, work, env);
    if (!driver) return replay.register(call);
    const { id, name } = parsed;
    const result = driver.register(tool.kind, { id, name }, seenInput(call), (given, changed) =>
      this.#take(withInput(call, changed, env), given),
    );
    return noteFailure(result);
  }

  /** Takes a step call as middleware left it. Another id makes it another step, which is shown as before. */
  #take(changed: StepCall, options: StepIdentity): TakenStep {
    const call: StepCall = options.id === changed.id ? changed : { ...changed, id: options.id, renamed: true };
    const { hashedId, index, memoized, ask } = this.#input.replay.take(call);
    return {
      hashedId,
      memoized,
      options: call.renamed ? { ...options, id: repeatedId(call.id, index) } : options,
      isLocal: call.run !== null,
      ask,
      replace: (work) => {
        call.run = work;
      },
    };
  }

  #assertNotNested(id: string, store: CurrentRun | null): void {
    const outer = this.#inside ?? store?.inside ?? null;
    if (outer !== null) {
      const explanation = `Step "${id}" was called inside step "${outer}": steps cannot be nested.`;
      throw new NonRetriableError(
        warnByCode(this.#input.logger, "NESTING_STEPS", explanation, "Call it after the other."),
      );
    }
    if (this.running !== null && !store) warnOfNesting(this.#input.logger, id, this.running);
  }

  /** Begins a step that is to run now, in the asynchronous context that it was called in. @param run runs and reports it. */
  begin(step: NewStep, run: () => void): void {
    const { replay } = this.#input;
    this.running = step.call.id;
    const { call, input } = step;
    if (input && "input" in call.opts) call.opts = { ...call.opts, input };
    replay.hold();
    this.endReplay();
    step.enter?.(run);
  }

  /** Runs a step's function, with middleware around it. A step that is called in either is nested. */
  perform(step: NewStep): unknown {
    const { driver } = this.#input;
    const work = (): unknown => this.#runInside(step);
    return this.within(step, driver ? () => driver.perform(step.id, work) : work);
  }

  /** Does something in a step's asynchronous context, where there is such a thing. */
  within<T>(step: NewStep, work: () => T): T {
    const storage = runStorage();
    return storage ? storage.run(within(this.#input.current, step), work) : work();
  }

  #runInside({ call, id, input }: NewStep): unknown {
    this.#inside = call.id;
    try {
      return call.run?.(input ?? call.input, id);
    } finally {
      this.#inside = null;
    }
  }

  /** Tells middleware what a step came to. */
  async report(step: NewStep, { operation, failure, thrown }: RanStep): Promise<void> {
    await this.#input.driver?.report(step.id, operation.data, failure && { thrown, isFinal: !failure.retriable });
  }

  /** Ends a step whose result has been saved, after which the function goes on. */
  finish(): void {
    this.running = null;
    this.#input.replay.release();
  }

  /** User code is about to do something new. */
  endReplay(): void {
    if (this.#replayHasEnded) return;
    this.#replayHasEnded = true;
    this.#input.onReplayEnd?.();
  }
}

/** The run, as code in a step's function sees it. */
function within(current: CurrentRun, { call, id: hashedId, index }: NewStep): CurrentRun {
  const { id, displayName: name } = call;
  const executingStep = { id: repeatedId(id, index), name, hashedId, userlandId: id };
  return { ...current, inside: id, execution: { ...(current.execution as AsyncExecution), executingStep } };
}
