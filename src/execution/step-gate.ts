/**
 * Where step calls come in and where a step's function is run: options, nesting, and middleware around both.
 * Made by `execute` for one call. Without middleware a step call goes straight to the replay machine.
 */
import { NonRetriableError } from "../errors/index.ts";
import type { Logger } from "../function/index.ts";
import type { StepDriver } from "../middleware/index.ts";
import {
  type CurrentRun,
  parseStepOptions,
  type RegisterStep,
  runStorage,
  type StepCall,
  type StepEnv,
  toStepCall,
} from "../steps/index.ts";
import type { Replay } from "./replay.ts";
import type { NewStep, RanStep } from "./run-step.ts";
import { warnOfNesting } from "./warnings.ts";

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

  /** Takes a step call; the step tools call this. */
  readonly register: RegisterStep = (tool, options, input, work) => {
    const { replay, env, current, driver } = this.#input;
    const parsed = parseStepOptions(tool.kind, options);
    const store = runStorage()?.getStore();
    const mine = store?.register === current.register ? store : null;
    this.#assertNotNested(parsed.id, mine);
    if (mine?.parallelMode) parsed.parallelMode ??= mine.parallelMode;
    const call = toStepCall(tool, parsed, input, work, env);
    if (!driver) return replay.register(call).result;
    const { id, name } = parsed;
    // Of a step that the engine carries out, middleware sees what travels.
    const seen = call.run ? input : Object.keys(call.opts).length > 0 ? [call.opts] : [];
    return driver.register(tool.kind, { id, name }, seen, ({ id, name: displayName = id }, changed) =>
      replay.register(
        call.run
          ? // What user code gave is shown; an engine that hands it back has it pass through middleware again.
            { ...toStepCall(tool, { ...parsed, id, name: displayName }, changed, work, env), opts: call.opts }
          : { ...call, id, displayName, opts: (changed[0] ?? {}) as StepCall["opts"] },
      ),
    );
  };

  #assertNotNested(id: string, store: CurrentRun | null): void {
    const outer = this.#inside ?? store?.inside ?? null;
    if (outer !== null) {
      throw new NonRetriableError(
        `Step "${id}" was called inside step "${outer}": steps cannot be nested. Call it after the other.`,
      );
    }
    if (this.running !== null && !store) warnOfNesting(this.#input.logger, id, this.running);
  }

  /** Begins a step that is to run now, in the asynchronous context that it was called in. @param run runs and reports it. */
  begin(step: NewStep, run: () => void): void {
    const { replay, driver } = this.#input;
    this.running = step.call.id;
    const { call, input } = step;
    if (input && "input" in call.opts) call.opts = { ...call.opts, input };
    replay.hold();
    this.endReplay();
    const replace = (work: () => unknown): void => {
      step.call.run = work;
    };
    step.enter?.(driver ? () => driver.begin({ hashedId: step.id, run, replace }) : run);
  }

  /** Runs a step's function, with middleware around it. */
  perform(step: NewStep): unknown {
    const work = (): unknown => this.#runInside(step);
    return this.#input.driver ? this.#input.driver.perform(step.id, work) : work();
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
