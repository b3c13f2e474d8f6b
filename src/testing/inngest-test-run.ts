/**
 * A run of a function under test: calls it again and again, answers its steps, and tells what came of each call.
 * Made by the test engine, or by users who want to wait for something in the middle.
 */
import type { Inngest } from "../client/index.ts";
import { StepError, StepwellError, serializeError } from "../errors/index.ts";
import { type Outcome, travelled } from "../execution/index.ts";
import type { Context } from "../function/index.ts";
import type { MemoizedStep } from "../protocol/call.ts";
import type { Operation } from "../protocol/opcode.ts";
import { hashStepId, repeatedId } from "../steps/index.ts";
import { closeNetwork } from "./closed-network.ts";
import { isDeeplyEqual } from "./is-deeply-equal.ts";
import { mockCtx } from "./mock-ctx.ts";
import { createId, createMockEvent } from "./mock-event.ts";
import { type TestCallResult, type TestLine, testCall } from "./test-call.ts";
import { assertTestEngineOptions, type InngestTestEngineOptions } from "./test-engine-options.ts";

/** What a run can be waited for. */
export interface TestCheckpoints {
  /** The function has returned. */
  "function-resolved": { type: "function-resolved"; ctx: Context; data: unknown };
  /** The function has thrown. */
  "function-rejected": { type: "function-rejected"; ctx: Context; error: unknown };
  /** Steps were called that are not done at once. */
  "steps-found": { type: "steps-found"; ctx: Context; steps: Operation[] };
  /** A step has a result: `step.data`, or an error. */
  "step-ran": { type: "step-ran"; ctx: Context; step: Operation; error?: unknown };
}

/** Any of {@link TestCheckpoints}. */
export type TestCheckpoint = TestCheckpoints[keyof TestCheckpoints];

/** Results of steps, by id: those that failed reject. */
export type TestState = Record<string, Promise<unknown>>;

const TOOL_OF: Readonly<Record<string, string>> = {
  WaitForEvent: "waitForEvent",
  WaitForSignal: "waitForSignal",
  InvokeFunction: "invoke",
  Gateway: "fetch",
  AIGateway: "ai.infer",
};

const HASH = /^[0-9a-f]{40}$/;

/** @returns the hash of a step's id, written or hashed. */
export function toHash(id: string): string {
  return HASH.test(id) ? id : hashStepId(id);
}

/** Steps that are to be done next. */
interface Found {
  call: TestCallResult;
  steps: Operation[];
}

type Settled = { data: unknown } | { error: unknown };

/**
 * A run that stops at what it is asked to wait for, and goes on when it is asked again.
 * @example
 * ```ts
 * import { InngestTestEngine, InngestTestRun } from "stepwell/testing";
 *
 * const welcome = inngest.createFunction({ id: "welcome", triggers: { event: "shop/opened" } }, async ({ step }) =>
 *   step.run("greet", () => "hello"),
 * );
 * const run = new InngestTestRun({ testEngine: new InngestTestEngine({ function: welcome }) });
 * export const greeted = await run.waitFor("step-ran", { step: { displayName: "greet" } });
 * ```
 */
export class InngestTestRun {
  readonly #options: InngestTestEngineOptions;
  readonly #runId: string = createId(Date.now());
  readonly #events: TestCallInputEvents;
  readonly #memo: Record<string, MemoizedStep> = {};
  readonly #order: string[] = [];
  readonly #settled = new Map<string, Settled & { id: string }>();
  readonly #checkpoints: TestCheckpoint[] = [];
  /** What was written with `ctx.logger` so far, each line once. */
  readonly logs: TestLine[] = [];
  #found: Found | null = null;
  #isOver = false;
  /** Why it could not go on. */
  #failure: { error: unknown } | null = null;
  #advancing: Promise<void> | null = null;

  /** @throws {StepwellError} `invalid_option`, naming the option. */
  constructor({ testEngine: { options } }: { testEngine: { readonly options: InngestTestEngineOptions } }) {
    assertTestEngineOptions(options);
    this.#options = options;
    const [first = createMockEvent(), ...rest] = (options.events ?? []).map((event) => createMockEvent({ ...event }));
    this.#events = [first, ...rest];
  }

  /** Results of the steps so far, by id; also to be had by hashed id. */
  get state(): TestState {
    const state: TestState = {};
    for (const [hash, settled] of this.#settled) {
      const result = "error" in settled ? Promise.reject(new StepError(settled.id, settled.error)) : settled.data;
      const promise = Promise.resolve(result);
      promise.catch(() => {});
      state[settled.id] = promise;
      Object.defineProperty(state, hash, { value: promise, enumerable: false });
    }
    return state;
  }

  /**
   * Goes on until a checkpoint of a kind comes that holds everything in `subset`. What came before counts too.
   * @throws {StepwellError} `not_supported` when the run ends without it, or comes to a step that nothing answers.
   */
  async waitFor<TKind extends keyof TestCheckpoints>(
    checkpoint: TKind,
    subset: object = {},
  ): Promise<TestCheckpoints[TKind]> {
    for (let index = 0; ; index++) {
      while (index >= this.#checkpoints.length) {
        if (this.#failure) throw this.#failure.error;
        if (this.#isOver) throw this.#missing(checkpoint, subset);
        await this.#advance();
      }
      const found = this.#checkpoints[index] as TestCheckpoint;
      if (found.type === checkpoint && isDeeplyEqual(subset, found)) return found as TestCheckpoints[TKind];
    }
  }

  #advance(): Promise<void> {
    this.#advancing ??= this.#next().finally(() => {
      this.#advancing = null;
    });
    return this.#advancing;
  }

  /** Does the steps that were found; when there are none, calls the function to find what comes next. */
  async #next(): Promise<void> {
    const open = closeNetwork(this.#options.function.client as unknown as Inngest);
    try {
      if (this.#found) await this.#answer(this.#found);
      else await this.#discover();
    } catch (error) {
      this.#failure = { error };
    } finally {
      open();
    }
  }

  #call(requestedStepId: string | null): Promise<TestCallResult> {
    const { function: fn, transformCtx = mockCtx } = this.#options;
    return testCall({
      fn,
      runId: this.#runId,
      // Each call reads them anew: what it changes in them, no other sees.
      events: travelled(this.#events),
      steps: travelled(this.#memo),
      order: [...this.#order],
      requestedStepId,
      disableImmediateExecution: true,
      transformCtx,
      onLine: (line) => void this.logs.push(line),
      mockOf: (hash) => this.#mockOf(hash),
    });
  }

  #mockOf(hash: string): ((...args: never[]) => unknown) | undefined {
    const mocks = this.#options.steps ?? [];
    return mocks.find(({ id, idIsHashed = false }) => (idIsHashed ? id : hashStepId(id)) === hash)?.handler;
  }

  #end({ ctx, ended }: TestCallResult, outcome: Outcome): void {
    this.#isOver = true;
    if (outcome.type === "function-resolved") {
      const data = ended && "value" in ended ? (ended.value ?? null) : outcome.data;
      this.#checkpoints.push({ type: "function-resolved", ctx, data });
    } else if (outcome.type === "function-rejected") {
      const error = ended && "error" in ended ? ended.error : outcome.failure.error;
      this.#checkpoints.push({ type: "function-rejected", ctx, error });
    }
  }

  async #discover(): Promise<void> {
    const call = await this.#call(null);
    const { outcome, ctx } = call;
    if (outcome.type !== "steps-found") return this.#end(call, outcome);
    const { operations: steps } = outcome;
    this.#found = { call, steps };
    const isRunAtOnce = steps.length === 1 && steps[0]?.op === "StepPlanned";
    if (!isRunAtOnce || this.#options.disableImmediateExecution)
      this.#checkpoints.push({ type: "steps-found", ctx, steps });
  }

  async #answer({ call, steps }: Found): Promise<void> {
    this.#found = null;
    const { targetStepId } = this.#options;
    const target = targetStepId === undefined ? undefined : steps.find(({ id }) => id === toHash(targetStepId));
    await Promise.all((target ? [target] : steps).map((step) => this.#do(call, step, target !== undefined)));
    if (target) this.#isOver = true;
  }

  async #do(call: TestCallResult, operation: Operation, isTarget: boolean): Promise<void> {
    if (operation.op === "StepPlanned") return this.#run(operation);
    const mock = this.#mockOf(operation.id);
    const id = writtenId(operation);
    if (mock) {
      const args = call.args.get(id) ?? [operation.opts];
      try {
        this.#settle(call.ctx, { ...operation, data: travelled(await mock(...(args as never[]))) });
      } catch (thrown) {
        this.#settle(call.ctx, { ...operation, error: serializeError(thrown) }, thrown);
      }
    } else if (operation.op === "Sleep") this.#settle(call.ctx, { ...operation, data: null });
    else if (isTarget) this.#checkpoints.push({ type: "step-ran", ctx: call.ctx, step: operation });
    else throw unanswered(id, operation);
  }

  /** Runs a step in a call of its own, mocked or not: middleware sees it as it would see any. */
  async #run({ id }: Operation): Promise<void> {
    const { outcome, ctx, ran } = await this.#call(id);
    if (outcome.type === "step-ran") {
      return this.#settle(ctx, outcome.operation, ran && "error" in ran ? ran.error : undefined, ran);
    }
    throw new StepwellError(
      `The function called a step once and not again: it ended with ${outcome.type} instead. What steps it calls may not depend on chance or on the time.`,
      { code: "not_supported" },
    );
  }

  #settle(ctx: Context, step: Operation, error?: unknown, ran?: TestCallResult["ran"]): void {
    const id = writtenId(step);
    this.#order.push(step.id);
    if (step.error === undefined) {
      const data = step.data === undefined ? null : step.data;
      this.#memo[step.id] = { type: "data", data: travelled(data) };
      this.#settled.set(step.id, { id, data: ran && "value" in ran ? travelled(ran.value) : data });
      this.#checkpoints.push({ type: "step-ran", ctx, step });
    } else {
      this.#memo[step.id] = { type: "error", error: step.error };
      this.#settled.set(step.id, { id, error: step.error });
      this.#checkpoints.push({ type: "step-ran", ctx, step, error: error ?? step.error });
    }
  }

  #missing(checkpoint: string, subset: object): StepwellError {
    const came = this.#checkpoints.map((each) =>
      each.type === "step-ran" ? `${each.type} ${writtenId(each.step)}` : each.type,
    );
    const wanted = Object.keys(subset).length === 0 ? "" : ` with ${JSON.stringify(subset)}`;
    const message = `The run ended without ${checkpoint}${wanted}. What came: ${came.join(", ") || "nothing"}.`;
    const last = this.#checkpoints.at(-1);
    const cause = last?.type === "function-rejected" ? { cause: last.error } : {};
    return new StepwellError(message, { code: "not_supported", ...cause });
  }
}

type TestCallInputEvents = Parameters<typeof testCall>[0]["events"];

function writtenId({ id, userland }: Operation): string {
  return userland === undefined ? id : repeatedId(userland.id, userland.index ?? 0);
}

function unanswered(id: string, { op }: Operation): StepwellError {
  return new StepwellError(
    `Step "${id}" is a step.${TOOL_OF[op] ?? op}, for which a test engine has no answer: add { id: ${JSON.stringify(id)}, handler: () => … } to \`steps\`, or test with createTestServer of stepwell-server/testing, which carries it out.`,
    { code: "not_supported" },
  );
}
