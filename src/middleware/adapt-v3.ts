/**
 * Makes one v4 middleware of all v3 middleware of an app, so that their phases interleave as they did in version 3:
 * each phase runs through all of them before the next one begins. Made for one request or send by InngestMiddleware.
 */
import type {
  MiddlewareHooks,
  OnRunCompleteArgs,
  OnRunErrorArgs,
  TransformFunctionInputArgs,
  TransformSendEventArgs,
  WrapFunctionHandlerArgs,
  WrapRequestArgs,
  WrapSendEventArgs,
  WrapStepHandlerArgs,
} from "./hook-args.ts";
import type { StepInfo } from "./hooks.ts";
import type { MiddlewareResponse } from "./open-pipeline.ts";
import type { V3Hooks, V3OutputStep, V3Result, V3RunHooks, V3SendHooks, V3Step } from "./v3-hooks.ts";

export interface V3Member {
  name: string;
  /** Whether it sees events that are sent: a function's own middleware does not. */
  sends: boolean;
  hooks: () => Promise<V3Hooks>;
}

type Phase = "beforeMemoization" | "afterMemoization" | "beforeExecution" | "afterExecution" | "beforeResponse";

/** @param members in the order of the lists: the client's, then the function's. */
export function adaptV3(members: readonly V3Member[]): MiddlewareHooks {
  return new V3Adapter(members);
}

class V3Adapter implements MiddlewareHooks {
  readonly id: string;
  readonly #members: readonly V3Member[];
  #run: V3RunHooks[] = [];
  #send: V3SendHooks[] = [];
  #executing = false;
  #reqArgs: readonly unknown[] = [];
  /** Steps whose results `transformOutput` has changed. */
  readonly #changed = new Set<string>();

  constructor(members: readonly V3Member[]) {
    this.#members = members;
    this.id = members.map(({ name }) => name).join(", ");
  }

  async transformFunctionInput(args: TransformFunctionInputArgs): Promise<TransformFunctionInputArgs> {
    const { fn } = args;
    const { event, events, runId, attempt, maxAttempts } = args.ctx;
    const seen = { event, events, runId, attempt, ...(maxAttempts === undefined ? {} : { maxAttempts }) };
    const reqArgs = this.#reqArgs;
    let steps = Object.entries(args.steps).map(([id, step]) => toV3Step(id, step));
    let ctx = args.ctx;
    for (const member of this.#members) {
      const hooks = await member.hooks();
      const run = await hooks.onFunctionRun?.({ ctx: seen, fn, steps, reqArgs });
      if (run) this.#run.push(run);
    }
    for (const hooks of this.#run) {
      const changed = await hooks.transformInput?.({ ctx, fn, steps, reqArgs });
      if (changed?.ctx) ctx = { ...ctx, ...changed.ctx };
      if (changed?.steps) {
        const laidOver = changed.steps;
        steps = steps.map((step, index) => ({ ...step, ...laidOver[index] }));
      }
    }
    await this.#phase("beforeMemoization");
    const typed = steps.map(({ id, ...step }) => [id, { ...args.steps[id], ...step }]);
    return { ...args, ctx, steps: Object.fromEntries(typed) as typeof args.steps };
  }

  async onMemoizationEnd(): Promise<void> {
    await this.#phase("afterMemoization", true);
    this.#executing = true;
    await this.#phase("beforeExecution");
  }

  async wrapFunctionHandler({ next }: WrapFunctionHandlerArgs): Promise<unknown> {
    return this.#output(await resultOf(next));
  }

  async wrapStepHandler({ next, stepInfo }: WrapStepHandlerArgs): Promise<unknown> {
    return this.#output(await resultOf(next), toOutputStep(stepInfo));
  }

  /** `transformInput` undoes what `transformOutput` has done to results, and is called once a call. */
  "~readsInNextCall"(hashedId: string): boolean {
    return this.#changed.has(hashedId) && this.#run.some(({ transformInput }) => transformInput !== undefined);
  }

  onRunComplete({ output }: OnRunCompleteArgs): Promise<void> {
    return this.#finished({ data: output });
  }

  onRunError({ error }: OnRunErrorArgs): Promise<void> {
    return this.#finished({ error });
  }

  async wrapRequest({ next, requestArgs }: WrapRequestArgs): Promise<MiddlewareResponse> {
    this.#reqArgs = requestArgs;
    const response = await next();
    await this.#endExecution();
    await this.#phase("beforeResponse");
    return response;
  }

  async transformSendEvent(args: TransformSendEventArgs): Promise<TransformSendEventArgs> {
    for (const member of this.#members) {
      if (!member.sends) continue;
      const hooks = await (await member.hooks()).onSendEvent?.();
      if (hooks) this.#send.push(hooks);
    }
    let payloads = args.events;
    for (const hooks of this.#send) payloads = (await hooks.transformInput?.({ payloads }))?.payloads ?? payloads;
    return { ...args, events: payloads };
  }

  async wrapSendEvent({ next }: WrapSendEventArgs): Promise<{ ids: string[] }> {
    let result = await next();
    for (const hooks of this.#send.toReversed()) {
      result = { ...result, ...(await hooks.transformOutput?.({ result }))?.result };
    }
    return result;
  }

  async #phase(phase: Phase, backwards = false): Promise<void> {
    for (const hooks of backwards ? this.#run.toReversed() : this.#run) await hooks[phase]?.();
  }

  async #endExecution(): Promise<void> {
    if (!this.#executing) return;
    this.#executing = false;
    await this.#phase("afterExecution", true);
  }

  async #output(ended: V3Result, step?: V3OutputStep): Promise<unknown> {
    await this.#endExecution();
    let result = ended;
    for (const hooks of this.#run.toReversed()) {
      const changed = await hooks.transformOutput?.({ result: { ...result }, ...(step === undefined ? {} : { step }) });
      if (changed?.result) result = { ...result, ...changed.result };
    }
    if (step !== undefined && result.data !== ended.data) this.#changed.add(step.id);
    if (result.error !== undefined) throw result.error;
    return result.data;
  }

  async #finished(result: V3Result): Promise<void> {
    for (const hooks of this.#run) await hooks.finished?.({ result });
  }
}

async function resultOf(next: () => Promise<unknown>): Promise<V3Result> {
  try {
    return { data: await next() };
  } catch (error) {
    // A thrown undefined is a failure too.
    return { error: error ?? new Error(String(error)) };
  }
}

function toV3Step(id: string, step: unknown): V3Step {
  const { data, error, input } = step as V3Step;
  if (error !== undefined) return { id, error };
  return input === undefined ? { id, data } : { id, input };
}

function toOutputStep({ hashedId, options }: StepInfo): V3OutputStep {
  const { id, name } = options;
  return { id: hashedId, op: "StepRun", name: id, displayName: name ?? id, userland: { id } };
}
