/**
 * One call of a function under test: what the handler does for a call of an engine, without engine and network.
 * Called by inngest-test-run.
 */
import type { Inngest } from "../client/index.ts";
import { sharedSessions } from "../client/index.ts";
import { execute, type Outcome } from "../execution/index.ts";
import type { Context, InngestFunction } from "../function/index.ts";
import { type AnyMiddleware, createRunLogger, Middleware, openPipeline } from "../middleware/index.ts";
import type { MemoizedStep } from "../protocol/call.ts";
import type { ReceivedEvent } from "../protocol/event.ts";
import { hashStepId, repeatedId, runStorage, StepIdCounter, type StepOptionsOrId } from "../steps/index.ts";

export interface TestCallInput {
  fn: InngestFunction;
  runId: string;
  events: [ReceivedEvent, ...ReceivedEvent[]];
  /** By hashed id. */
  steps: Record<string, MemoizedStep>;
  order: readonly string[];
  /** The one step to run, hashed; null: find out what comes next. */
  requestedStepId: string | null;
  /** True: report a step that is alone instead of running it. */
  disableImmediateExecution: boolean;
  transformCtx: (ctx: Context) => Context | Promise<Context>;
  /** What stands in for a step's function, by hashed id; undefined: nothing does. */
  mockOf: (hashedId: string) => ((...args: never[]) => unknown) | undefined;
  /** Takes what is logged. Default: nothing does. */
  onLine?: (line: TestLine) => void;
}

/** What a function or a step wrote with `ctx.logger`. */
export interface TestLine {
  level: string;
  /** As the logger was given them. */
  args: readonly unknown[];
  /** Id of the step that wrote it; null for the function's body. */
  step: string | null;
}

type Ended = { value: unknown } | { error: unknown };

export interface TestCallResult {
  outcome: Outcome;
  /** What the handler was given. */
  ctx: Context;
  /** What the handler gave or threw, before middleware; null when it did neither. */
  ended: Ended | null;
  /** What the step that was asked for gave or threw, before middleware. */
  ran: Ended | null;
  /** Arguments after the id of each step call, by the id with its count. */
  args: ReadonlyMap<string, unknown[]>;
  /** Steps that are remembered or that the app runs, by hashed id, and what the function gets of each. */
  steps: ReadonlyMap<string, { stepInfo: Middleware.StepInfo; result: Promise<unknown> }>;
}

type Tools = Record<string, unknown>;

/** Called in its place in the list of middleware: after all others, so nearest to the handler and to steps. */
class TestHooks {
  ctx: Context | undefined;
  ended: Ended | null = null;
  ran: Ended | null = null;
  readonly args = new Map<string, unknown[]>();
  readonly steps = new Map<string, { stepInfo: Middleware.StepInfo; result: Promise<unknown> }>();
  readonly #input: TestCallInput;
  readonly #ids = new StepIdCounter();

  constructor(input: TestCallInput) {
    this.#input = input;
  }

  async transform(ctx: Context): Promise<Context> {
    const step = this.#record(ctx.step as unknown as Tools) as unknown as Context["step"];
    this.ctx = await this.#input.transformCtx({ ...ctx, step });
    return this.ctx;
  }

  async handle(next: () => Promise<unknown>): Promise<unknown> {
    return follow(next, (ended) => {
      this.ended = ended;
    });
  }

  /** @param input null for a step whose arguments middleware does not see. */
  async perform(hashedId: string, input: unknown[] | null, next: () => Promise<unknown>): Promise<unknown> {
    const mock = this.#input.mockOf(hashedId);
    const args = input ?? this.#argsOf(hashedId);
    const work = mock ? async () => mock(...(args as never[])) : next;
    return follow(work, (ended) => {
      this.ran = ended;
    });
  }

  /** What user code called a step with, the step's function aside. */
  #argsOf(hashedId: string): unknown[] {
    for (const [id, args] of this.args) if (hashStepId(id) === hashedId) return args.filter(isNoFunction);
    return [];
  }

  /** Of steps that the engine carries out, what users wrote does not travel: it is kept from their calls. */
  #record(tools: Tools): Tools {
    const recorded: Tools = { ...tools };
    for (const [name, tool] of Object.entries(tools)) {
      if (name === "ai") recorded[name] = { ...(tool as Tools), ...this.#record(pick(tool as Tools, "infer", "wrap")) };
      else if (name !== "fetch" && typeof tool === "function") {
        recorded[name] = (options: StepOptionsOrId, ...args: unknown[]) => {
          const id = typeof options === "object" && options !== null ? options.id : options;
          this.args.set(repeatedId(id, this.#ids.indexOf(id)), args);
          return tool(options, ...args);
        };
      }
    }
    return recorded;
  }
}

async function follow(work: () => Promise<unknown>, tell: (ended: Ended) => void): Promise<unknown> {
  try {
    const value = await work();
    tell({ value });
    return value;
  } catch (error) {
    tell({ error });
    throw error;
  }
}

const isNoFunction = (value: unknown): boolean => typeof value !== "function";

function pick(tools: Tools, ...names: string[]): Tools {
  return Object.fromEntries(names.map((name) => [name, tools[name]]));
}

function toMiddleware(hooks: TestHooks): AnyMiddleware {
  return class extends Middleware.BaseMiddleware {
    readonly id = "stepwell/testing";

    override async transformFunctionInput(
      args: Middleware.TransformFunctionInputArgs,
    ): Promise<Middleware.TransformFunctionInputArgs> {
      const ctx = await hooks.transform(args.ctx as unknown as Context);
      return { ...args, ctx: ctx as unknown as Middleware.Context };
    }

    override wrapFunctionHandler({ next }: Middleware.WrapFunctionHandlerArgs): Promise<unknown> {
      return hooks.handle(next);
    }

    override wrapStep({ next, stepInfo }: Middleware.WrapStepArgs): Promise<unknown> {
      const result = next();
      hooks.steps.set(stepInfo.hashedId, { stepInfo, result });
      return result;
    }

    override wrapStepHandler({ next, stepInfo }: Middleware.WrapStepHandlerArgs): Promise<unknown> {
      return hooks.perform(stepInfo.hashedId, stepInfo.input ?? null, next);
    }
  };
}

export async function testCall(input: TestCallInput): Promise<TestCallResult> {
  const { fn, runId, events, requestedStepId } = input;
  const client = fn.client as unknown as Inngest;
  const hooks = new TestHooks(input);
  const middleware = [...client.middleware, ...fn.middleware, toMiddleware(hooks)];
  const [event] = events;
  const sessions = client.sessionPropagation ? sharedSessions(events) : {};
  const fields = { runID: runId, eventName: event.name };
  const { logger, open } = createRunLogger(client.logger, fields, (level, args) =>
    input.onLine?.({ level, args, step: runStorage()?.getStore()?.inside ?? null }),
  );
  const outcome = await execute({
    handler: fn.handler,
    context: { event, events, runId, attempt: 0, logger, ...(Object.keys(sessions).length > 0 ? { sessions } : {}) },
    steps: input.steps,
    order: input.order,
    requestedStepId,
    disableImmediateExecution: input.disableImmediateExecution,
    client,
    env: {
      appId: client.id,
      clientId: client.id,
      send: (payload, seed, inherited) => client.send(payload, { seed, sessions: inherited, fn } as object),
      sendSignal: (payload) => client.sendSignal(payload),
    },
    pipeline: openPipeline(middleware, { client, fn }),
    onReplayEnd: open,
    checkpoints: null,
    backoff: null,
    now: Date.now,
  });
  const { ctx, ended, ran, args, steps } = hooks;
  return { outcome, ctx: ctx as Context, ended, ran, args, steps };
}
