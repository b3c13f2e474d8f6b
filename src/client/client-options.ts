/** A client's options: their types, and their check when the client is made. */
import { StepwellError } from "../errors/index.ts";
import type { AnyEvents, EventRecord, EventSchemas } from "../events/index.ts";
import {
  anything,
  type CheckpointingOption,
  callback,
  checkpointingRule,
  flag,
  isRecord,
  type Logger,
  type Report,
  type Rule,
  rule,
  shape,
} from "../function/index.ts";
import { type AnyMiddleware, assertMiddleware } from "../middleware/index.ts";

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
  /** Names the app for ever: function ids begin with it. */
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

/** Keys may be among texts, so what was given is not shown. */
const secret: Rule = (value, path, report) => {
  if (typeof value !== "string") report(path, `is ${typeof value}`, "a text");
};

const logger: Rule = (value, path, report) => {
  const missing = ["debug", "info", "warn", "error"].filter(
    (name) => typeof (value as Record<string, unknown> | null)?.[name] !== "function",
  );
  if (missing.length > 0) report(path, `has no ${missing.join(", ")}`, "an object with debug, info, warn and error");
};

const RULES: Readonly<Record<string, Rule>> = {
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
  fetch: callback,
  schemas: rule("new EventSchemas()", (value) => (value as EventSchemas | null)?.schemas instanceof Map),
  middleware: anything,
  checkpointing: checkpointingRule,
  experimentalCheckpointing: checkpointingRule,
  optimizeParallelism: flag,
  sessionPropagation: flag,
  aiMetadata: rule(
    "false: collecting data about AI calls is not built in this version of stepwell",
    (on) => on === false,
  ),
};

/** @throws {StepwellError} `invalid_option`, naming the option and what is allowed. Never shows a key. */
export function assertClientOptions(options: unknown): asserts options is ClientOptions {
  const report: Report = (path, problem, allowed) => {
    throw new StepwellError(
      `new Inngest(): ${path === "" ? "options" : `\`${path}\``} ${problem}; expected ${allowed}.`,
      {
        code: "invalid_option",
      },
    );
  };
  if (!isRecord(options)) return report("", "are missing", '`{ id: "my-app" }` at least');
  const { id, middleware } = options;
  if (typeof id !== "string" || id.trim() === "") {
    return report("id", "must be passed: it is missing or empty", 'a text that names the app, such as "my-app"');
  }
  shape(RULES)(options, "", report);
  if (middleware !== undefined) assertMiddleware(`new Inngest({ id: "${id}" })`, middleware);
}
