/** A client's options: their types, and their check when the client is made. */
import { StepwellError } from "../errors/index.ts";
import type { AnyEvents, EventRecord, EventSchemas, Logger } from "../function/index.ts";

export interface ClientOptions<TEvents extends EventRecord = AnyEvents> {
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
  /** Where the SDK and handlers write. Default: the console. */
  logger?: Logger;
  /** Used for every request. Default: the runtime's fetch. */
  fetch?: typeof fetch;
  /** Types of the app's events. */
  schemas?: EventSchemas<TEvents>;
  /** Version of the app, shown beside its functions. */
  appVersion?: string;
  /** This version does not checkpoint: only false is accepted. */
  checkpointing?: false;
  /** This version always coalesces discoveries after parallel steps: only true is accepted. */
  optimizeParallelism?: true;
}

const KNOWN: ReadonlySet<string> = new Set([
  "id",
  "eventKey",
  "signingKey",
  "signingKeyFallback",
  "baseUrl",
  "isDev",
  "env",
  "logger",
  "fetch",
  "schemas",
  "appVersion",
]);
const TEXTS = ["eventKey", "signingKey", "signingKeyFallback", "baseUrl", "env", "appVersion"] as const;
const FIXED: Readonly<Record<string, boolean>> = { checkpointing: false, optimizeParallelism: true };

/** @throws {StepwellError} `invalid_option` or `not_supported`, naming the option and what is allowed. Never shows a key. */
export function assertClientOptions(options: unknown): asserts options is ClientOptions {
  if (typeof options !== "object" || options === null)
    throw invalid("options are missing", '`{ id: "my-app" }` at least');
  const given = options as Record<string, unknown>;
  const { id } = given;
  if (typeof id !== "string" || id.trim() === "") {
    throw invalid("an `id` must be passed: it is missing or empty", 'a text that names the app, such as "my-app"');
  }
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || KNOWN.has(key) || FIXED[key] === value) continue;
    const fixed = key in FIXED ? ` with any value but ${String(FIXED[key])}` : "";
    throw new StepwellError(
      `new Inngest({ id: "${id}" }): option \`${key}\` is not supported in this version of stepwell${fixed}; remove it. Options: ${[...KNOWN].join(", ")}.`,
      { code: "not_supported" },
    );
  }
  for (const key of TEXTS) {
    if (given[key] !== undefined && typeof given[key] !== "string")
      throw invalid(`\`${key}\` is ${typeof given[key]}`, "a text");
  }
  if (given["isDev"] !== undefined && typeof given["isDev"] !== "boolean")
    throw invalid(`\`isDev\` is ${typeof given["isDev"]}`, "true or false");
  if (given["fetch"] !== undefined && typeof given["fetch"] !== "function")
    throw invalid(`\`fetch\` is ${typeof given["fetch"]}`, "a function");
  assertLogger(given["logger"]);
}

function assertLogger(logger: unknown): void {
  if (logger === undefined) return;
  const fine = typeof logger === "object" && logger !== null;
  const missing = ["debug", "info", "warn", "error"].filter(
    (name) => !fine || typeof (logger as Record<string, unknown>)[name] !== "function",
  );
  if (missing.length > 0)
    throw invalid(`\`logger\` has no ${missing.join(", ")}`, "an object with debug, info, warn and error");
}

function invalid(problem: string, allowed: string): StepwellError {
  return new StepwellError(`new Inngest(): ${problem}; expected ${allowed}.`, { code: "invalid_option" });
}
