/**
 * Carries a run forward by one call: replays what is remembered, then runs new steps or reports what was found.
 * Called by the handler with everything it needs. Must never keep anything between calls.
 */
import { type Backoff, backoffDelayMs } from "../duration/backoff.ts";
import type { Context, FailureHandler, Handler, Logger } from "../function/index.ts";
import type { ExecutionHooks, HookContext, Pipeline, StepDriver } from "../middleware/index.ts";
import type { MemoizedStep } from "../protocol/call.ts";
import type { EventSessions } from "../protocol/event.ts";
import {
  attemptsOf,
  type CurrentRun,
  createGroup,
  createStepTools,
  type RegisterStep,
  runStorage,
  type StepEnv,
} from "../steps/index.ts";
import { Checkpointer, type Checkpoints } from "./checkpointer.ts";
import { Memo } from "./memo.ts";
import { type Failure, type Outcome, toFailure } from "./outcome.ts";
import { type Plan, plan } from "./planner.ts";
import { Replay } from "./replay.ts";
import { type NewStep, type RanStep, runStep } from "./run-step.ts";
import { scopeStorage } from "./scope-storage.ts";
import { StepGate } from "./step-gate.ts";
import { warnOfChange, warnOfParallelIndex } from "./warnings.ts";

const STEP_SEARCH_MS = 10_000;

export interface ExecutionInput {
  handler: Handler | FailureHandler;
  /** The handler's argument, all but `step` and `group`. */
  context: Omit<Context, "step" | "group"> & { error?: Error };
  steps: Record<string, MemoizedStep>;
  /** Hashed ids in the order in which their outputs were saved. */
  order: readonly string[];
  /** Hashed ids of steps that are under way, as far as the engine says so. */
  pending?: readonly string[];
  /** The one step to run, hashed; null: find out what comes next. */
  requestedStepId: string | null;
  /** True: report a new step instead of running it. */
  disableImmediateExecution: boolean;
  /** What step tools need, but for what is the run's own. */
  env: Omit<StepEnv, "runId" | "sessions">;
  /** Whose function it is. */
  client: object;
  /** Null when there is no middleware. */
  pipeline: Pick<Pipeline, "hooks" | "drive"> | null;
  /** Where the SDK itself writes. Default: the context's logger. */
  internalLogger?: Logger;
  /**
   * Called once, at the moment at which user code goes beyond what it did in other calls: just before the last
   * remembered result is given to it, or before the handler when nothing is remembered; in a call for one step, and in
   * any case, before a step's function runs. For the logger. Must not throw. Default: nothing.
   */
  onReplayEnd?: () => void;
  /** Takes what the run's code writes to the console. Default: nothing does. */
  log?: CurrentRun["log"];
  /** Null when the call is to end with its first step. */
  checkpoints: Checkpoints | null;
  /** Delays of the function's retries; null leaves them to the engine. */
  backoff: Backoff | null;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Never rejects: what user code throws is an outcome. */
export async function execute(input: ExecutionInput): Promise<Outcome> {
  let gate: StepGate | undefined;
  const register: RegisterStep = (...call) =>
    gate ? gate.register(...call) : Promise.reject(new TypeError("The handler has not begun."));
  const sessions = (): EventSessions => (context["sessions"] ?? {}) as EventSessions;
  const env = { ...input.env, runId: input.context.runId, sessions };
  const current: CurrentRun = { app: input.client, inside: null, register, sessions, log: input.log };
  const step = createStepTools(register, () => !!gate?.isInside);
  const context: HookContext = { ...input.context, step, group: createGroup(current) };
  current.execution = { ctx: context };
  const carryOn = async (): Promise<Outcome> => {
    let { steps } = input;
    let failed: Thrown | null = null;
    try {
      const changed = await input.pipeline?.hooks.transformFunctionInput?.({ ctx: context, steps });
      steps = changed?.steps ?? steps;
      // One object for the handler and all hooks: what any of them sets, the others see.
      Object.assign(context, changed?.ctx);
    } catch (thrown) {
      failed = { thrown };
    }
    return new Promise((resolve) => {
      const execution = new Execution(input, resolve, current, context, steps, env);
      ({ gate } = execution);
      void execution.start(failed);
    });
  };
  // Hooks before and after the handler belong to the run, too.
  return runStorage()?.run(current, carryOn) ?? carryOn();
}

interface Thrown {
  thrown: unknown;
}

type Settled = { ok: true; value: unknown } | ({ ok: false } & Thrown);

class Execution {
  readonly #input: ExecutionInput;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #checkpointer: Checkpointer | null;
  readonly #hooks: ExecutionHooks | null;
  readonly #replay: Replay;
  readonly gate: StepGate;
  readonly #driver: StepDriver | null;
  readonly #context: HookContext;
  #settled: Settled | null = null;
  /** True once it is decided what this call ends with; what user code does after that no longer counts. */
  #decided = false;
  #searchTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    input: ExecutionInput,
    resolve: (outcome: Outcome) => void,
    current: CurrentRun,
    context: HookContext,
    steps: ExecutionInput["steps"],
    env: StepEnv,
  ) {
    this.#input = input;
    this.#resolve = resolve;
    this.#context = context;
    this.#hooks = input.pipeline?.hooks ?? null;
    this.#checkpointer = input.checkpoints && new Checkpointer(input.checkpoints, input.now());
    this.#replay = new Replay(new Memo(steps, input.order), {
      onRest: () => this.#decide(),
      onParallelIndex: (id) => warnOfParallelIndex(this.#sdkLogger, id),
      onLastAnswer: () => this.#passMemory(),
    });
    this.#driver = input.pipeline?.drive(context, this.#replay, scopeStorage(current)) ?? null;
    this.gate = new StepGate({
      replay: this.#replay,
      driver: this.#driver,
      logger: this.#sdkLogger,
      env,
      current,
      onReplayEnd: input.onReplayEnd,
    });
  }

  async start(failed: Thrown | null): Promise<void> {
    const { handler, requestedStepId } = this.#input;
    if (failed) return this.#finish({ type: "function-rejected", failure: this.#toFailure(failed.thrown) });
    if (requestedStepId !== null) {
      this.#searchTimer = setTimeout(() => this.#carryOut(this.#plan(true)), STEP_SEARCH_MS);
    }
    if (this.#replay.isMemorySpent()) {
      this.#passMemory();
      if (this.#hooks) await this.#startRun(this.#hooks);
    }
    const run = async (): Promise<unknown> => (handler as (argument: unknown) => unknown)(this.#context);
    const wrapped = this.#hooks?.wrapFunctionHandler;
    const whole = wrapped ? () => wrapped(this.#context, run) : run;
    whole().then(
      (value) => this.#settle({ ok: true, value }),
      (thrown: unknown) => this.#settle({ ok: false, thrown }),
    );
  }

  async #startRun(hooks: ExecutionHooks): Promise<void> {
    await this.#driver?.endMemory();
    if (this.#input.context.attempt === 0) await hooks.onRunStart?.(this.#context);
  }

  /** All that is remembered has been given out. A call for one step goes over what the call that planned it has done. */
  #passMemory(): void {
    if (this.#input.requestedStepId === null) this.gate.endReplay();
  }

  #settle(settled: Settled): void {
    this.#settled = settled;
    if (!settled.ok && this.#input.requestedStepId === null && this.gate.running === null) this.#decide();
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
      mayRun: (step) => this.#mayRun(step),
      settled: this.#settled,
      pending: this.#input.pending ?? [],
      searchIsOver,
    });
  }

  #mayRun(step: NewStep): boolean {
    const { disableImmediateExecution, context, now } = this.#input;
    if (disableImmediateExecution || this.#checkpointer?.isOver(now())) return false;
    // The engine has to hear of a step with more attempts than the function's before its first one can fail.
    const retries = attemptsOf(step.call.retries);
    return retries === undefined || context.maxAttempts === undefined || retries < context.maxAttempts;
  }

  #carryOut(decided: Plan): void {
    if (this.#decided || this.gate.running !== null || decided.type === "wait") return;
    if (decided.type === "run") {
      clearTimeout(this.#searchTimer);
      if (!this.#checkpointer) this.#replay.end();
      const { step } = decided;
      const ran = new Promise<RanStep>((resolve) => {
        this.gate.begin(step, () => void this.#runStep(step).then(resolve));
      });
      void this.#save(step, ran);
      return;
    }
    this.#decided = true;
    void this.#end(decided);
  }

  /** Runs a step and tells middleware of it. */
  async #runStep(step: NewStep): Promise<RanStep> {
    const { attempt } = this.#input.context;
    const retries = attemptsOf(step.call.retries);
    const ran = await runStep({
      step,
      run: () => this.gate.perform(step),
      isLastAttempt: this.#isLastAttempt() || (retries !== undefined && attempt >= retries),
      delayMs: (thrown) => this.#delayMs(thrown, step),
      now: this.#input.now,
    });
    if (ran.failure) this.gate.within(step, () => this.#log(ran.thrown, `Step "${step.call.id}" failed.`));
    await this.gate.report(step, ran);
    return ran;
  }

  /** Reports a step that has run: to a checkpoint, after which the function goes on, or with the answer. */
  async #save(step: NewStep, ran: Promise<RanStep>): Promise<void> {
    const { operation, text, failure } = await ran;
    const checkpointer = this.#checkpointer;
    // A retried attempt has counted for this step alone: the next one begins with a call of its own.
    const goesOn = checkpointer && failure === null && this.#input.context.attempt === 0;
    const seen = goesOn ? await this.#seenOf(step, text) : null;
    if (checkpointer && seen) {
      if ((await checkpointer.add(text)) !== "saved") return this.#finish({ type: "checkpoint-failed", unsaved: [] });
      this.#replay.remember(step, seen.value);
      this.gate.finish();
      return;
    }
    await this.#finish({ type: "step-ran", operation, text, failure });
  }

  /** What user code is to see of a step that has run: what it will see in each replay. Null: only the next call can tell. */
  async #seenOf(step: NewStep, text: string): Promise<{ value: unknown } | null> {
    if (this.#hooks?.readsInNextCall?.(step.id)) return null;
    const value = (JSON.parse(text) as { data?: unknown }).data ?? null;
    try {
      return { value: this.#hooks?.readResult ? await this.#hooks.readResult(value) : value };
    } catch {
      // The next call fails by the same fault, and tells it.
      return null;
    }
  }

  async #end(decided: Extract<Plan, { type: "reject" | "finish" }>): Promise<void> {
    this.#replay.end();
    this.gate.endReplay();
    if (decided.type === "reject") {
      const { thrown } = decided;
      const failure = this.#toFailure(thrown);
      this.#log(thrown, "The function failed.");
      await this.#hooks?.onRunError?.(this.#context, thrown, !failure.retriable);
      return this.#finish({ type: "function-rejected", failure });
    }
    const { outcome } = decided;
    if (outcome.type === "function-resolved") await this.#hooks?.onRunComplete?.(this.#context, outcome.data);
    else await this.#driver?.endMemory();
    await this.#finish(outcome);
  }

  get #sdkLogger(): Logger {
    return this.#input.internalLogger ?? this.#input.context.logger;
  }

  #toFailure(thrown: unknown): Failure {
    return toFailure(thrown, this.#isLastAttempt(), (error) => this.#delayMs(error, null));
  }

  /** Tells the run's logger what failed. A logger that fails too changes nothing. */
  #log(thrown: unknown, text: string): void {
    try {
      this.#input.context.logger.error({ err: thrown }, text);
    } catch {
      // There is nowhere left to say so.
    }
  }

  async #finish(outcome: Outcome): Promise<void> {
    this.#decided = true;
    clearTimeout(this.#searchTimer);
    this.#replay.end();
    warnOfChange(this.#sdkLogger, this.#replay, outcome);
    this.#resolve(this.#checkpointer ? await withCheckpoints(this.#checkpointer, outcome) : outcome);
  }

  /** What users asked for; what they asked for wrongly is logged, and the engine decides. */
  #delayMs(thrown: unknown, step: NewStep | null): number | null {
    const { backoff, context } = this.#input;
    const retries = step?.call.retries;
    const own = (typeof retries === "object" ? retries.backoff : undefined) ?? backoff;
    if (own === null) return null;
    try {
      return backoffDelayMs(own, context.attempt, thrown);
    } catch (error) {
      this.#sdkLogger.error(
        `The backoff of ${step ? `step "${step.call.id}"` : "the function"} failed: ${String(error)}`,
      );
      return null;
    }
  }

  #isLastAttempt(): boolean {
    const { attempt, maxAttempts } = this.#input.context;
    return maxAttempts !== undefined && attempt + 1 >= maxAttempts;
  }
}

/** Saves what is left, where the outcome itself does not carry it. */
async function withCheckpoints(checkpointer: Checkpointer, outcome: Outcome): Promise<Outcome> {
  const complete = outcome.type === "function-resolved";
  const result = complete ? await checkpointer.idle() : await checkpointer.flush();
  const unsaved = checkpointer.end();
  if (result === "stale") return { type: "stale" };
  if (complete) return { type: "run-complete", data: outcome.data, unsaved };
  return unsaved.length > 0 ? { type: "checkpoint-failed", unsaved } : outcome;
}
