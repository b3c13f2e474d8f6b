/**
 * Puts middleware around the steps of one call. Brought by the pipeline, used by `src/execution`, which knows nothing of
 * when which hook is called; an app without middleware does not bundle it.
 * Must never leave a promise that it makes without a listener: a failed step that nobody awaits must not end the process.
 */
import type { ExecutionHooks, HookContext, StepIdentity, StepInfo, StepMoment, StepType } from "./hooks.ts";
import { type Holder, type ScopeStorage, StepBranch, StepScopes } from "./step-scopes.ts";

/** What the driver needs of the replay machine. */
export interface StepPort extends Holder {
  /** What the next call with this id will be known by, and whether it is remembered. */
  preview(id: string): { hashedId: string; memoized: boolean };
  /** Whether everything remembered has been asked for. */
  isMemorySpent(): boolean;
}

/** A step call that the replay machine has taken. */
export interface TakenStep {
  hashedId: string;
  memoized: boolean;
  /** As it was taken: an id that was taken already is counted. */
  options: StepIdentity;
  /** Whether the app runs it. */
  isLocal: boolean;
  /** Asks for what the step comes to: a new step is found only then. */
  ask(): Promise<unknown>;
  /** Has the step run something else than its function. */
  replace(work: () => unknown): void;
}

export class StepDriver {
  readonly #hooks: ExecutionHooks;
  readonly #context: HookContext;
  readonly #port: StepPort;
  readonly #scopes: StepScopes;
  /** Of new steps, by hashed id. */
  readonly #moments = new Map<string, StepMoment>();
  #memoryEnd: Promise<void> | null = null;

  constructor(hooks: ExecutionHooks, context: HookContext, port: StepPort, storage: ScopeStorage | null) {
    this.#hooks = hooks;
    this.#context = context;
    this.#port = port;
    this.#scopes = new StepScopes(storage);
  }

  /** Takes a step call. @param take hands what middleware made of its arguments to the replay machine. */
  register(
    stepType: StepType,
    given: StepIdentity,
    input: unknown[],
    take: (options: StepIdentity, input: unknown[]) => TakenStep,
  ): Promise<unknown> {
    const callers = this.#scopes.callers();
    const branch = new StepBranch(this.#port);
    for (const caller of callers) caller.wait();
    const result = this.#scopes.within(branch, () => this.#carry(branch, stepType, given, input, take));
    // The caller holds on before the branch lets go, so that there is no moment at which all seems to be at rest.
    const end = (): void => {
      for (const caller of callers) caller.resume();
      branch.end();
    };
    result.then(end, end);
    return result;
  }

  async #carry(
    branch: StepBranch,
    stepType: StepType,
    given: StepIdentity,
    givenInput: unknown[],
    take: (options: StepIdentity, input: unknown[]) => TakenStep,
  ): Promise<unknown> {
    const { transformStepInput } = this.#hooks;
    let options = given;
    let input = givenInput;
    if (transformStepInput) {
      const stepInfo = { ...this.#port.preview(given.id), stepType };
      ({ stepOptions: options, input } = await transformStepInput({ stepInfo, stepOptions: given, input }));
    }
    const step = take(options, input);
    const { hashedId, memoized } = step;
    const stepInfo: StepInfo = {
      hashedId,
      memoized,
      options: step.options,
      stepType,
      ...(input.length > 0 ? { input } : {}),
    };
    const moment = { ctx: this.#context, stepInfo };
    if (this.#port.isMemorySpent()) await this.endMemory();
    if (!memoized) this.#moments.set(hashedId, moment);
    return memoized || step.isLocal ? this.#wrap(branch, moment, step) : branch.waitFor(step.ask());
  }

  /** Of a remembered step, `wrapStep` begins when its turn has come; of a new one, at once. */
  async #wrap(branch: StepBranch, moment: StepMoment, step: TakenStep): Promise<unknown> {
    const { wrapStep } = this.#hooks;
    let asked: Promise<unknown> | null = null;
    const ask = (): Promise<unknown> => {
      asked ??= branch.waitFor(step.ask());
      return asked;
    };
    if (!wrapStep) return ask();
    if (step.memoized) await ask().catch(() => {});
    const value = await wrapStep(moment, ask, {
      skips: (member) => this.#scopes.skips(member),
      around: (member, call, next) => this.#scopes.around(branch, member, call, next),
    });
    if (asked !== null) return value;
    // What middleware gives without asking for the step stands in for it, and is remembered like its result.
    step.replace(() => value);
    await ask();
    return value;
  }

  /** Runs a step's function, with middleware around it. */
  async perform(hashedId: string, work: () => unknown): Promise<unknown> {
    const moment = this.#momentOf(hashedId);
    await this.endMemory();
    await this.#hooks.onStepStart?.(moment);
    return this.#hooks.wrapStepHandler ? this.#hooks.wrapStepHandler(moment, async () => work()) : work();
  }

  /** Tells what a step came to. @param failure null when it did not fail. */
  async report(
    hashedId: string,
    output: unknown,
    failure: { thrown: unknown; isFinal: boolean } | null,
  ): Promise<void> {
    const moment = this.#momentOf(hashedId);
    if (failure) await this.#hooks.onStepError?.(moment, failure.thrown, failure.isFinal);
    else await this.#hooks.onStepComplete?.(moment, output);
  }

  /** What follows is new. */
  endMemory(): Promise<void> {
    this.#memoryEnd ??= (async () => this.#hooks.onMemoizationEnd?.(this.#context))();
    return this.#memoryEnd;
  }

  #momentOf(hashedId: string): StepMoment {
    return this.#moments.get(hashedId) as StepMoment;
  }
}
