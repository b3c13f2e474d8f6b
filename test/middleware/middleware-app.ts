/** An app with one function and middleware, called as an engine calls it. Used by the tests of this folder. */
import { createHash } from "node:crypto";
import { createHandler } from "../../src/handler/index.ts";
import { type AnyMiddleware, Inngest } from "../../src/index.ts";

export const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");

export interface CallInput {
  /** Results by step id, in the order in which they were saved. */
  steps?: Record<string, unknown>;
  data?: Record<string, unknown>;
  eventName?: string;
  attempt?: number;
  maxAttempts?: number;
  stepId?: string;
  disableImmediateExecution?: boolean;
  /** True: the call allows checkpoints. */
  checkpoints?: boolean;
  /** What the engine takes beyond the protocol. Default: nothing. */
  takes?: string;
}

interface Operation {
  op: string;
  id: string;
  userland: { id: string; index?: number };
  data: unknown;
  error?: unknown;
}

const repeatedId = ({ id, index }: Operation["userland"]): string => (index ? `${id}:${index}` : id);

export interface AppInput {
  middleware?: readonly AnyMiddleware[];
  fnMiddleware?: readonly AnyMiddleware[];
  // biome-ignore lint/suspicious/noExplicitAny: handlers of every test
  handler?: (context: any) => unknown;
  // biome-ignore lint/suspicious/noExplicitAny: handlers of every test
  onFailure?: (context: any) => unknown;
  client?: Record<string, unknown>;
}

export interface Sent {
  url: string;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of every kind
  body: any;
}

/** Makes the app. `logs` holds what was logged, `sent` what went out. */
export function middlewareApp({ middleware = [], fnMiddleware = [], handler, onFailure, client: options }: AppInput) {
  const logs: unknown[][] = [];
  const sent: Sent[] = [];
  const log =
    (level: string) =>
    (...args: unknown[]): void =>
      void logs.push([level, ...args]);
  const client = new Inngest({
    id: "app",
    isDev: true,
    middleware,
    logger: { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") },
    fetch: async (url: string | URL | Request, init?: RequestInit) => {
      sent.push({ url: String(url), body: JSON.parse(String(init?.body)) });
      return new Response(JSON.stringify({ ids: ["id-1"], status: 200 }));
    },
    ...options,
  });
  const fn = client.createFunction(
    { id: "f", name: "F", middleware: fnMiddleware, ...(onFailure ? { onFailure } : {}) },
    { event: "e" },
    handler ?? (() => "done"),
  );
  const handle = createHandler("test", { client, functions: [fn] });

  /** One call; gives the status, the parsed answer and its headers. */
  const call = async (input: CallInput = {}) => {
    const steps = Object.fromEntries(Object.entries(input.steps ?? {}).map(([id, step]) => [sha1(id), step]));
    const event = { name: input.eventName ?? "e", data: input.data ?? {}, id: "event-1", ts: 1 };
    const stack = Object.keys(steps);
    const body = {
      version: 2,
      event,
      events: [event],
      steps,
      ctx: {
        run_id: "run-1",
        attempt: input.attempt ?? 0,
        max_attempts: input.maxAttempts ?? 4,
        disable_immediate_execution: input.disableImmediateExecution ?? false,
        use_api: false,
        stack: { stack, current: stack.length },
        ...(input.checkpoints ? { fn_id: "fn-1", qi_id: "item-1" } : {}),
      },
    };
    const fnId = onFailure && input.eventName === "inngest/function.failed" ? "app-f-failure" : "app-f";
    const response = await handle({
      method: "POST",
      url: `http://app.test/api/inngest?fnId=${fnId}&stepId=${input.stepId ?? "step"}`,
      headers: { get: (name) => (name === "x-stepwell-takes" ? (input.takes ?? null) : null) },
      text: async () => JSON.stringify(body),
    });
    return { status: response.status, json: JSON.parse(response.body), headers: response.headers };
  };

  /**
   * Calls until the run ends, saving each step's result as an engine does: as JSON. What is planned is run by a call of
   * its own. Of what an engine carries out, the opcodes in `failing` fail; all else gives null.
   */
  const run = async ({ failing = [], ...input }: CallInput & { failing?: readonly string[] } = {}) => {
    const steps: Record<string, unknown> = { ...input.steps };
    const save = ({ op, id, userland, data, error }: Operation): void => {
      const failure = failing.includes(op) ? { name: "Error", message: "bad" } : error;
      const key = userland.index && sha1(userland.id) === id ? userland.id : repeatedId(userland);
      steps[key] = failure ? { type: "error", error: failure } : { type: "data", data: data ?? null };
    };
    for (let calls = 0; calls < 50; calls++) {
      sent.length = 0;
      const answer = await call({ ...input, steps });
      for (const { url, body } of sent) if (url.includes("/v1/checkpoint/")) body.steps.forEach(save);
      if (answer.status !== 206) return { ...answer, steps };
      const complete = answer.json.find(({ op }: Operation) => op === "RunComplete");
      if (complete) return { status: 200, json: complete.data, headers: {}, steps };
      for (const operation of answer.json as Operation[]) {
        if (operation.op !== "StepPlanned") save(operation);
        else (await call({ ...input, steps: { ...steps }, stepId: operation.id })).json.forEach(save);
      }
    }
    throw new Error("The run did not end within 50 calls.");
  };

  return { client, fn, call, run, logs, sent };
}
