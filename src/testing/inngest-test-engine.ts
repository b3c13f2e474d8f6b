/** `InngestTestEngine`: runs one function or one step of it, with what stands in for the rest. Made by users' tests. */
import type { Context, InngestFunction } from "../function/index.ts";
import type { Operation } from "../protocol/opcode.ts";
import type { InvocationOutput } from "../steps/index.ts";
import { InngestTestRun, type TestState, toHash } from "./inngest-test-run.ts";
import type { TestLine } from "./test-call.ts";
import { assertTestEngineOptions, type InngestTestEngineOptions } from "./test-engine-options.ts";

/** What a function came to: `result`, or `error` when it threw. */
export interface TestExecution<TResult> {
  /** What the handler was given in its last call; its step tools are spies. */
  ctx: Context;
  /** Results of steps, by id. */
  state: TestState;
  /** What was written with `ctx.logger`, each line once. */
  logs: readonly TestLine[];
  result?: TResult;
  error?: unknown;
}

/** What a step came to. Neither `result` nor `error` for a step of the engine's that nothing stands in for. */
// biome-ignore lint/suspicious/noExplicitAny: the result of any step
export interface TestStepExecution extends TestExecution<any> {
  /** As it travels. */
  step: Operation;
}

type Changes<TFunction extends InngestFunction> = Partial<InngestTestEngineOptions<TFunction>>;

/**
 * Tests a function without an engine. Steps that the app runs are run, and not tried again; sleeps pass at once; events
 * and signals go nowhere; waits, invocations and requests need an entry in `steps`. For time, retries and several
 * functions use `createTestServer` of `stepwell-server/testing`.
 * @example
 * ```ts
 * import { InngestTestEngine } from "stepwell/testing";
 *
 * const price = inngest.createFunction({ id: "price", triggers: { event: "shop/order.created" } }, async ({ step }) =>
 *   step.run("rate", () => 7),
 * );
 * const t = new InngestTestEngine({ function: price, steps: [{ id: "rate", handler: () => 8 }] });
 * export const { result } = await t.execute();
 * ```
 */
export class InngestTestEngine<TFunction extends InngestFunction = InngestFunction> {
  readonly options: InngestTestEngineOptions<TFunction>;

  /** @throws {StepwellError} `invalid_option`, naming the option. */
  constructor(options: InngestTestEngineOptions<TFunction>) {
    assertTestEngineOptions(options);
    this.options = options;
  }

  /** The same engine with some options changed. @throws {StepwellError} `invalid_option` */
  clone(changes: Changes<TFunction> = {}): InngestTestEngine<TFunction> {
    return new InngestTestEngine({ ...this.options, ...changes });
  }

  /**
   * Runs the function to its end, or to the step that `targetStepId` names.
   * @throws {StepwellError} `not_supported` when it comes to a step that nothing answers, or does not come to the target.
   */
  async execute(changes: Changes<TFunction> = {}): Promise<TestExecution<InvocationOutput<TFunction>>> {
    const testEngine = this.clone(changes);
    const { targetStepId } = testEngine.options;
    if (targetStepId !== undefined) return toExecution(await runStep(testEngine, targetStepId));
    const run = new InngestTestRun({ testEngine });
    const [resolved, rejected] = await Promise.allSettled([
      run.waitFor("function-resolved"),
      run.waitFor("function-rejected"),
    ]);
    if (resolved.status === "fulfilled") {
      const { ctx, data } = resolved.value;
      return { ctx, state: run.state, logs: run.logs, result: data as InvocationOutput<TFunction> };
    }
    if (rejected.status === "rejected") throw rejected.reason;
    const { ctx, error } = rejected.value;
    return { ctx, state: run.state, logs: run.logs, error };
  }

  /**
   * Runs the function to a step, and that step. @param id as written in the function, or hashed.
   * @throws {StepwellError} `not_supported` when the function does not come to it.
   */
  executeStep(id: string, changes: Changes<TFunction> = {}): Promise<TestStepExecution> {
    return runStep(this.clone({ ...changes, targetStepId: id }), id);
  }
}

async function runStep(testEngine: Pick<InngestTestEngine, "options">, id: string): Promise<TestStepExecution> {
  const run = new InngestTestRun({ testEngine });
  const { ctx, step, error } = await run.waitFor("step-ran", { step: { id: toHash(id) } });
  return { ctx, state: run.state, logs: run.logs, result: await resultOf(run.state, step.id), error, step };
}

async function resultOf(state: TestState, hash: string): Promise<unknown> {
  return state[hash]?.catch(() => undefined);
}

function toExecution<TResult>({ ctx, state, logs, result, error }: TestStepExecution): TestExecution<TResult> {
  return { ctx, state, logs, ...(error === undefined ? { result } : { error }) };
}
