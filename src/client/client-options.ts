/** A client's options: their types, and their check when the client is made. */
import type { AnyEvents, EventRecord, EventSchemas } from "../events/index.ts";
import { type CheckpointingOption, checkpointingRule, type Logger } from "../function/index.ts";
import { type AnyMiddleware, assertMiddleware } from "../middleware/index.ts";
import { anything, assertId, assertOptions, callback, flag, type Rule, rule, secret, shape } from "../options/index.ts";

/**
 * Options of `new Inngest()`. All but `id` may be left out.
 * @example
 * ```ts
 * import { type ClientOptions, Inngest } from "stepwell";
 *
 * const options: ClientOptions = { id: "shop", baseUrl: "https://jobs.example.com", isDev: false };
 * export const inngest = new Inngest(options);
 * ```
 */
export interface ClientOptions<
  TEvents extends EventRecord = AnyEvents,
  TMiddleware extends readonly AnyMiddleware[] = readonly AnyMiddleware[],
> {
  /** Names the app forever: function ids begin with it. */
  id: string;
  /** Lets the app send events. Default: `INNGEST_EVENT_KEY`. */
  eventKey?: string;
  /** Shared with the engine: signs and checks calls. Default: `INNGEST_SIGNING_KEY`. */
  signingKey?: string;
  /** Tried when `signingKey` fails, so that keys can be changed without a gap. Default: `INNGEST_SIGNING_KEY_FALLBACK`. */
  signingKeyFallback?: string;
  /** Address of the engine, for events and API. Default: the `INNGEST_*` variables, then the mode's own. */
  baseUrl?: string;
  /** True: development, no signatures. False: signatures are required. Default: `INNGEST_DEV`. */
  isDev?: boolean;
  /** Name of the environment. Default: `INNGEST_ENV`, then the branch that the hosting platform names. */
  env?: string;
  /** Where handlers write, and the SDK unless it has its own. Default: the console, from `info` on. */
  logger?: Logger;
  /** Where the SDK itself writes. Default: `logger`. */
  internalLogger?: Logger;
  /** Whether what functions write to the console is kept with their runs, as what they write with `ctx.logger` is. Default: false. */
  captureConsole?: boolean;
  /** Used for every request. Default: the runtime's fetch. */
  fetch?: typeof fetch;
  /** Types, and perhaps schemas, of the app's events. */
  schemas?: EventSchemas<TEvents>;
  /** What runs around functions, steps and events, in this order. */
  middleware?: TMiddleware;
  /** Version of the app, shown beside its functions. */
  appVersion?: string;
  /** Whether steps are reported while a function goes on, and how often. Default: true. */
  checkpointing?: CheckpointingOption;
  /** Older name of `checkpointing`. */
  experimentalCheckpointing?: CheckpointingOption;
  /** False: the engine calls the app after each of several parallel steps, not once after the last. Default: true. */
  optimizeParallelism?: boolean;
  /** Whether events that a run sends inherit the sessions of the events that started it. Default: `INNGEST_SESSION_PROPAGATION`, then true. */
  sessionPropagation?: boolean;
  /** Not built: this SDK collects nothing about AI calls. */
  aiMetadata?: false;
}

const LOGGER_METHODS = ["debug", "info", "warn", "error"] as const;

const logger: Rule = (value, path, report) => {
  const missing = LOGGER_METHODS.filter((name) => typeof (value as Logger | null)?.[name] !== "function");
  if (missing.length > 0) report(path, `has no ${missing.join(", ")}`, "an object with debug, info, warn and error");
};

const RULES: Rule = shape({
  id: secret,
  eventKey: secret,
  signingKey: secret,
  signingKeyFallback: secret,
  baseUrl: secret,
  env: secret,
  appVersion: secret,
  isDev: flag,
  logger,
  internalLogger: logger,
  captureConsole: flag,
  fetch: callback,
  schemas: rule("new EventSchemas()", (value) => (value as EventSchemas | null)?.schemas instanceof Map),
  middleware: anything,
  checkpointing: checkpointingRule,
  experimentalCheckpointing: checkpointingRule,
  optimizeParallelism: flag,
  sessionPropagation: flag,
  aiMetadata: rule("false: it is not built", (on) => on === false),
});

/** @throws {StepwellError} `invalid_option`, naming the option and what is allowed. Never shows a key. */
export function assertClientOptions(options: unknown): asserts options is ClientOptions {
  const where = "new Inngest()";
  assertId(where, options);
  assertOptions(where, RULES, options);
  const { middleware } = options as { middleware?: unknown };
  if (middleware !== undefined) assertMiddleware(where, middleware);
}
