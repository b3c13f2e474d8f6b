/**
 * An app with middleware, of either SDK, called as an engine calls it: a Request in, a Response out, no engine and no
 * network. Used by the rows of this folder.
 */
import { createHash } from "node:crypto";

// biome-ignore lint/suspicious/noExplicitAny: the SDKs are loaded without types, since one of them is there only after global-setup
export type Any = any;

export interface HooksSdk {
  Inngest: new (options: object) => Any;
  Middleware: { BaseMiddleware: Any };
  dependencyInjectionMiddleware: (values: object) => Any;
  NonRetriableError: new (message: string) => Error;
  serve: (options: object) => (request: Request) => Promise<Response>;
}

export interface CallInput {
  /** What steps came to, by id, in the order in which they were saved. */
  steps?: Record<string, unknown>;
  event?: object;
  /** Of a batch, in place of `event`. */
  events?: readonly object[];
  attempt?: number;
  maxAttempts?: number;
  /** Id of the step that the call is for. */
  target?: string;
  plan?: boolean;
  checkpoints?: boolean;
  fnId?: string;
  headers?: Record<string, string>;
}

export interface AppInput {
  middleware?: readonly Any[];
  fnMiddleware?: readonly Any[];
  handler?: (context: Any) => unknown;
  client?: object;
  fn?: object;
}

export interface Stage {
  sdk: HooksSdk;
  /** A middleware class with the given hooks, whose `this` is the instance. */
  withHooks(hooks: Record<string, Any>, id?: string): Any;
  app(input: AppInput): App;
}

export interface Answer {
  status: number;
  headers: Headers;
  json: Any;
}

export interface App {
  client: Any;
  fn: Any;
  /** Level and arguments of each line. */
  logs: unknown[][];
  /** What went out, checkpoints and events. */
  sent: { url: string; body: Any }[];
  call(input?: CallInput): Promise<Answer>;
  /** Calls until the run ends. @returns the last answer's JSON and all results by id. */
  run(input?: CallInput): Promise<{ output: Any; steps: Record<string, Any>; calls: number }>;
}

export const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");

export const failedStep = (message: string): object => ({
  type: "error",
  error: { name: "Error", message, stack: "", __serialized: true },
});

export function createStage(sdk: HooksSdk): Stage {
  return {
    sdk,
    withHooks(hooks, id = "test") {
      class Test extends sdk.Middleware.BaseMiddleware {
        readonly id = id;
      }
      Object.assign(Test.prototype, hooks);
      return Test;
    },
    app: (input) => createApp(sdk, input),
  };
}

function createApp(
  sdk: HooksSdk,
  { middleware = [], fnMiddleware, handler, client: options, fn: more }: AppInput,
): App {
  const logs: unknown[][] = [];
  const sent: App["sent"] = [];
  const log =
    (level: string) =>
    (...args: unknown[]): void =>
      void logs.push([level, ...args]);
  const client = new sdk.Inngest({
    id: "app",
    isDev: true,
    middleware,
    logger: { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") },
    fetch: async (url: string | URL | Request, init?: RequestInit) => {
      sent.push({ url: String(url), body: JSON.parse(String(init?.body)) });
      return Response.json({ ids: ["id-1"], status: 200 });
    },
    ...options,
  });
  const fn = client.createFunction(
    { id: "f", triggers: { event: "e" }, ...(fnMiddleware ? { middleware: fnMiddleware } : {}), ...more },
    handler ?? (() => "done"),
  );
  const serve = sdk.serve({ client, functions: [fn] });
  const call = async (input: CallInput = {}): Promise<Answer> => {
    const response = await serve(toRequest(input));
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text === "" ? null : JSON.parse(text) };
  };
  const run: App["run"] = async (input = {}) => {
    const steps: Record<string, Any> = { ...input.steps };
    const save = ({ id, userland, data, error }: Any): void => {
      const { id: own, index } = userland;
      const key = index > 0 && sha1(own) !== id ? `${own}:${index}` : own;
      steps[key] = error ? { type: "error", error } : { type: "data", data: data ?? null };
    };
    for (let calls = 1; calls < 30; calls++) {
      const from = sent.length;
      const { json, status } = await call({ ...input, steps });
      for (const { url, body } of sent.slice(from)) if (url.includes("/checkpoint/")) body.steps.forEach(save);
      if (status !== 206) return { output: json, steps, calls };
      const complete = json.find(({ op }: Any) => op === "RunComplete");
      if (complete) return { output: complete.data, steps, calls };
      for (const operation of json) {
        if (operation.op !== "StepPlanned") save(operation);
        else (await call({ ...input, steps: { ...steps }, target: operation.id })).json.forEach(save);
      }
    }
    throw new Error("The run did not end within 30 calls.");
  };
  return { client, fn, logs, sent, call, run };
}

function toRequest(input: CallInput): Request {
  const steps = Object.fromEntries(Object.entries(input.steps ?? {}).map(([id, step]) => [sha1(id), step]));
  const toEvent = (event: object | undefined) => ({ name: "e", data: {}, id: "event-1", ts: 1, ...event });
  const events = (input.events ?? [input.event]).map(toEvent);
  // A step whose input was edited has not been saved.
  const stack = Object.keys(steps).filter((id) => (steps[id] as Any)?.type !== "input");
  const { target } = input;
  const stepId = target === undefined ? "step" : /^[0-9a-f]{40}$/.test(target) ? target : sha1(target);
  const body = {
    version: 2,
    event: events[0],
    events,
    steps,
    ctx: {
      run_id: "run-1",
      attempt: input.attempt ?? 0,
      max_attempts: input.maxAttempts ?? 4,
      disable_immediate_execution: input.plan ?? false,
      use_api: false,
      stack: { stack, current: stack.length },
      ...(input.checkpoints ? { fn_id: "fn-1", qi_id: "item-1" } : {}),
    },
  };
  return new Request(`http://app.test/api/inngest?fnId=${input.fnId ?? "app-f"}&stepId=${stepId}`, {
    method: "POST",
    headers: { "content-type": "application/json", host: "app.test", ...input.headers },
    body: JSON.stringify(body),
  });
}
