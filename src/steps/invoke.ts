/** `step.invoke`: runs another function and gives what it returns. */
import type { DurationInput, InstantLike } from "../duration/index.ts";
import type { EventMeta } from "../protocol/event.ts";
import type { Invocable, InvocationData, InvocationOutput } from "./invocable.ts";
import { objectOf, type StepEnv, type StepOptionsOrId, type StepTool, stepError } from "./step-call.ts";
import { toTimeout } from "./wait-for-event.ts";

/** A function of this app, a `referenceFunction()`, or the id that the engine knows it by: `<app>-<function>`. */
export type Invoked = Invocable | string;

type Data<TData> = undefined extends TData ? { data?: TData } : { data: TData };

/** What `step.invoke` takes. */
export type InvokeOptions<TFunction> = {
  function: TFunction;
  /** Version of the event's data. */
  v?: string;
  /** What travels beside the event's data. */
  meta?: EventMeta;
  /** How long to wait for the function: a length of time or a moment. Default: as long as the engine allows. */
  timeout?: DurationInput | Date | InstantLike;
} & Data<InvocationData<TFunction>>;

/** Starts another function with `data` as its event and waits for it. What it fails with is thrown. */
export type StepInvoke = <TFunction extends Invoked>(
  idOrOptions: StepOptionsOrId,
  options: InvokeOptions<TFunction>,
) => Promise<InvocationOutput<TFunction>>;

export const invoke: StepTool = {
  kind: "invoke",
  op: "InvokeFunction",
  toParts([given], id, env) {
    const options = objectOf("invoke", id, given, "`{ function, data? }`");
    const payload: Record<string, unknown> = {};
    for (const key of ["data", "v", "meta"]) if (options[key] !== undefined) payload[key] = options[key];
    const { timeout } = options;
    return {
      opts: {
        payload,
        function_id: functionIdOf(options["function"], id, env),
        ...(timeout === undefined ? {} : { timeout: toTimeout("invoke", id, timeout) }),
      },
    };
  },
};

interface FunctionLike {
  [Symbol.toStringTag]?: string;
  id?: (prefix: string) => string;
  client?: { id?: string };
  opts?: { appId?: string; functionId?: string };
}

function functionIdOf(given: unknown, id: string, { appId, clientId }: StepEnv): string {
  if (typeof given === "string" && given !== "") return given;
  const fn = (given ?? {}) as FunctionLike;
  const brand = fn[Symbol.toStringTag];
  if (brand === "Inngest.Function" && fn.id) {
    const owner = fn.client?.id ?? clientId;
    return fn.id(owner === clientId ? appId : owner);
  }
  const { functionId, appId: app = appId } = fn.opts ?? {};
  if (brand === "Inngest.FunctionReference" && functionId) return `${app}-${functionId}`;
  throw stepError(
    "invoke",
    'needs `function`: one that createFunction made, referenceFunction({ functionId, appId? }), or an id such as "app-function"',
    id,
  );
}
