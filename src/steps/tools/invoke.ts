/** `step.invoke`: runs another function and gives what it returns. */
import type { DurationInput, InstantLike } from "../../duration/index.ts";
import { anything, defined, isText, rule, shape, waitTime } from "../../options/index.ts";
import type { EventMeta, EventSessions } from "../../protocol/event.ts";
import type { Invocable, InvocationData, InvocationOutput } from "../invocable.ts";
import { type StepEnv, type StepOptionsOrId, type StepTool, waitText } from "../step-call.ts";

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

interface FunctionLike {
  [Symbol.toStringTag]?: string;
  id?: (prefix: string) => string;
  client?: { id?: string };
  opts?: { appId?: string; functionId?: string };
}

const invoked = rule(
  'a function, referenceFunction({ functionId, appId? }), or an id such as "app-function"',
  (given) => functionIdOf(given, { appId: "", clientId: "" }) !== null,
);

export const invoke: StepTool = {
  kind: "invoke",
  op: "InvokeFunction",
  takes: shape({ function: invoked, data: anything, v: anything, meta: anything, timeout: waitTime }, "function"),
  toParts([given], _id, env) {
    const { function: fn, timeout, data, v, meta } = given as InvokeOptions<Invoked>;
    return {
      opts: defined({
        payload: defined({ data, v, meta: withSessions(meta, env.sessions()) }),
        function_id: functionIdOf(fn, env),
        timeout: timeout === undefined ? undefined : waitText(timeout, env),
      }),
    };
  },
};

/** The function that is invoked inherits the run's sessions, whatever was set by hand. */
function withSessions(meta: EventMeta | undefined, sessions: EventSessions): EventMeta | undefined {
  const entries = Object.entries(sessions);
  if (entries.length === 0) return meta;
  return { ...meta, propagated_sessions: Object.fromEntries(entries.map(([key, id]) => [key, String(id)])) };
}

/** Null when what is given is no function. */
function functionIdOf(given: unknown, { appId, clientId }: Pick<StepEnv, "appId" | "clientId">): string | null {
  if (isText(given)) return given;
  const fn = (given ?? {}) as FunctionLike;
  const brand = fn[Symbol.toStringTag];
  if (brand === "Inngest.Function" && fn.id) {
    const owner = fn.client?.id ?? clientId;
    return fn.id(owner === clientId ? appId : owner);
  }
  const { functionId, appId: app = appId } = fn.opts ?? {};
  return brand === "Inngest.FunctionReference" && functionId ? `${app}-${functionId}` : null;
}
