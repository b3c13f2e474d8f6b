/** Options of every adapter's `serve`: their types, and their check when the handler is made. */
import { type AnyInngest, isInngest, type LogLevel, logLevels } from "../client/index.ts";
import { invalidOption, StepwellError } from "../errors/index.ts";
import { failureFunctionId, type InngestFunction, isInngestFunction } from "../function/index.ts";
import {
  callback,
  flag,
  isText,
  type Report,
  type Rule,
  reportFor,
  rule,
  shape,
  show,
  text,
} from "../options/index.ts";

/**
 * What every adapter's `serve` takes.
 * @example
 * const client = new Inngest({ id: "shop" });
 * const options: ServeOptions = { client, functions: [], servePath: "/api/inngest" };
 */
export interface ServeOptions {
  /** The app's client. */
  client: AnyInngest;
  /** The app's functions. Undefined entries are left out with a warning. */
  functions: readonly (InngestFunction | undefined)[];
  /** Id of the app. Default: the client's. */
  id?: string;
  /** Path at which the engine reaches the app, e.g. `/api/inngest`. Default: `INNGEST_SERVE_PATH`, then the request's. */
  servePath?: string;
  /** Origin at which the engine reaches the app, e.g. `https://example.com`. Default: `INNGEST_SERVE_ORIGIN`, then the request's. */
  serveOrigin?: string;
  /** Older name of `serveOrigin`. */
  serveHost?: string;
  /**
   * Whether to begin answers before their end is known, for platforms that cut silent connections: true or `"force"`
   * always, `"allow"` where the adapter can. Default: `INNGEST_STREAMING`, then false.
   */
  streaming?: boolean | "allow" | "force";
  /** Whether anyone may ask the app to register itself. Default: `INNGEST_ENABLE_UNAUTHED_SYNC`, then true. */
  enableUnauthedSync?: boolean;
  /**
   * Whether `x-forwarded-host`, `x-forwarded-proto` and `Host` tell in cloud mode where the app is: true behind a proxy of
   * your own that sets them. Default: `INNGEST_TRUST_PROXY`, then true on hosting platforms that set them, else false.
   */
  trustProxy?: boolean;
  /** In place of the client's. */
  signingKey?: string;
  /** In place of the client's. */
  signingKeyFallback?: string;
  /** Address of the engine's API, in place of the client's. */
  baseUrl?: string;
  /** In place of the client's. */
  fetch?: typeof fetch;
  /** How much the handler itself says through the client's logger; it says warnings and errors. Default: `warn`. */
  logLevel?: LogLevel;
}

/** A function that can be called, under the id that the engine knows. */
export interface ServedFunction {
  fn: InngestFunction;
  /** True for the function's `onFailure` handler. */
  isFailureHandler: boolean;
}

/** Keys are among them, so what was given is not shown. */
const secret: Rule = rule("a text", isText, (value) => (value === "" ? "empty" : typeof value));

const RULES: Rule = shape(
  {
    client: rule(
      "a client made with this package's new Inngest()",
      (client) => isInngest(client) && "useEngine" in client,
      (client) => (isInngest(client) ? "of another SDK" : show(client)),
    ),
    functions: rule("an array of functions", Array.isArray),
    id: text,
    servePath: rule('a path such as "/api/inngest"', (path) => isText(path) && path[0] === "/"),
    serveOrigin: text,
    serveHost: text,
    streaming: rule('true, false, "allow" or "force"', (value) =>
      [true, false, "allow", "force"].includes(value as never),
    ),
    enableUnauthedSync: flag,
    trustProxy: flag,
    signingKey: secret,
    signingKeyFallback: secret,
    baseUrl: rule("an address", (url) => isText(url) && URL.canParse(url)),
    fetch: callback,
    logLevel: rule(logLevels.join(", "), (level) => logLevels.includes(level as never)),
  },
  "client",
  "functions",
);

const SERVE = "serve({ client, functions: [myFunction] })";
const report: Report = reportFor(SERVE);

/** @throws {StepwellError} `invalid_option`, naming the option, what was given and what is allowed. Never shows a key. */
export function assertServeOptions(options: unknown): asserts options is ServeOptions {
  if (isInngest(options)) report("", "is a client", "one object");
  RULES(options, "", report);
}

/** The error for an adapter that cannot stream as it was told to. */
export function streamingRefused(frameworkName: string, setting: unknown): StepwellError {
  return new StepwellError(
    `\`streaming\` (INNGEST_STREAMING) is ${JSON.stringify(setting)}, which the adapter "${frameworkName}" cannot do here; allowed: "allow".`,
    { code: "not_supported" },
  );
}

/**
 * The functions by the ids that the engine calls.
 * @throws {StepwellError} `invalid_option` for what is no function, and for an id that is used twice.
 */
export function toServedFunctions(options: ServeOptions): Map<string, ServedFunction> {
  const served = new Map<string, ServedFunction>();
  const { client } = options;
  const add = (id: string, entry: ServedFunction): void => {
    if (served.has(id)) throw invalid(`two functions have the id "${id}"; ids must be unique in an app`);
    served.set(id, entry);
  };
  options.functions.forEach((fn, index) => {
    if (fn === undefined || fn === null) {
      client.internalLogger.warn(`serve(): functions[${index}] is ${fn} and is left out.`);
      return;
    }
    // Another SDK's have the brand too, and would be called in a way that they do not know.
    if (!isInngestFunction(fn) || !("handler" in fn)) {
      throw invalid(`functions[${index}] was not made by this package's createFunction()`);
    }
    const id = fn.id(options.id ?? client.id);
    add(id, { fn, isFailureHandler: false });
    if (fn.onFailureHandler) add(failureFunctionId(id), { fn, isFailureHandler: true });
  });
  return served;
}

function invalid(problem: string): StepwellError {
  return invalidOption(`${SERVE}: ${problem}`);
}
