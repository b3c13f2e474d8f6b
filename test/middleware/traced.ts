/** Middleware that writes down which of its hooks were called. Used by the order tables. */
import { InngestMiddleware, Middleware } from "../../src/index.ts";

const HOOKS = [
  "transformFunctionInput",
  "transformStepInput",
  "transformSendEvent",
  "onRunStart",
  "onRunComplete",
  "onRunError",
  "onMemoizationEnd",
  "onStepStart",
  "onStepComplete",
  "onStepError",
] as const;
const WRAPPERS = ["wrapRequest", "wrapFunctionHandler", "wrapStep", "wrapStepHandler", "wrapSendEvent"] as const;

/** A v4 class that traces `<name> <hook>`, with `>` before and `<` after what a wrapper wraps. */
export function tracedClass(name: string, trace: string[], late = false): Middleware.Class {
  class Traced extends Middleware.BaseMiddleware {
    readonly id = name;
  }
  const wait = (): Promise<void> => (late ? new Promise((resolve) => setImmediate(resolve)) : Promise.resolve());
  for (const hook of HOOKS) {
    Object.assign(Traced.prototype, {
      async [hook](args: unknown) {
        await wait();
        trace.push(`${name} ${hook}`);
        return args;
      },
    });
  }
  for (const hook of WRAPPERS) {
    Object.assign(Traced.prototype, {
      async [hook]({ next, stepInfo }: { next: () => Promise<unknown>; stepInfo?: { memoized: boolean } }) {
        await wait();
        trace.push(`${name} ${hook}>${hook === "wrapStep" && stepInfo?.memoized ? "(memo)" : ""}`);
        const value = await next();
        await wait();
        trace.push(`${name} <${hook}`);
        return value;
      },
    });
  }
  return Traced;
}

const V3_HOOKS = [
  "transformInput",
  "beforeMemoization",
  "afterMemoization",
  "beforeExecution",
  "afterExecution",
  "transformOutput",
  "finished",
  "beforeResponse",
] as const;

/** A v3 middleware that traces `<name> <hook>`. */
export function tracedV3(name: string, trace: string[]): InngestMiddleware {
  const say = (hook: string) => async () => void trace.push(`${name} ${hook}`);
  return new InngestMiddleware({
    name,
    init: () => ({
      onFunctionRun: async () => {
        trace.push(`${name} onFunctionRun`);
        return Object.fromEntries(V3_HOOKS.map((hook) => [hook, say(hook)]));
      },
      onSendEvent: async () => {
        trace.push(`${name} onSendEvent`);
        return { transformInput: say("send.transformInput"), transformOutput: say("send.transformOutput") };
      },
    }),
  });
}
