/** Options of every adapter's `serve`: their types, and their check when the handler is made. */
import { type AnyInngest, isInngest } from "../client/index.ts";
import { StepwellError } from "../errors/index.ts";
import { failureFunctionId, type InngestFunction, isInngestFunction } from "../function/index.ts";

/** How much the handler itself says, quietest first. */
export const logLevels = ["silent", "fatal", "error", "warn", "info", "debug"] as const;

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
  /** In place of the client's. */
  signingKey?: string;
  /** In place of the client's. */
  signingKeyFallback?: string;
  /** Address of the engine's API, in place of the client's. */
  baseUrl?: string;
  /** In place of the client's. */
  fetch?: typeof fetch;
  /** How much the handler itself says through the client's logger; it says warnings and errors. Default: `warn`. */
  logLevel?: (typeof logLevels)[number];
}

/** A function that can be called, under the id that the engine knows. */
export interface ServedFunction {
  fn: InngestFunction;
  /** True for the function's `onFailure` handler. */
  isFailureHandler: boolean;
}

const text = (value: unknown): boolean => typeof value === "string" && value !== "";

/** Each option with what is allowed, and the check of it. */
const RULES: Record<string, readonly [string, (value: unknown) => boolean]> = {
  client: ["a client made with new Inngest()", isInngest],
  functions: ["an array of functions", Array.isArray],
  id: ["a text", text],
  servePath: [
    'a path that begins with "/", such as "/api/inngest"',
    (value) => text(value) && (value as string)[0] === "/",
  ],
  serveOrigin: ['an origin such as "https://example.com"', text],
  serveHost: ['an origin such as "https://example.com"', text],
  streaming: [
    'true, false, "allow" or "force"',
    (value) => typeof value === "boolean" || isOneOf(value, "allow force"),
  ],
  enableUnauthedSync: ["true or false", (value) => typeof value === "boolean"],
  signingKey: ["a text", text],
  signingKeyFallback: ["a text", text],
  baseUrl: ["an address", (value) => text(value) && URL.canParse(value as string)],
  fetch: ["a function", (value) => typeof value === "function"],
  logLevel: [logLevels.join(", "), (value) => isOneOf(value, logLevels.join(" "))],
};

function isOneOf(value: unknown, allowed: string): boolean {
  return text(value) && allowed.split(" ").includes(value as string);
}

/** @throws {StepwellError} `invalid_option` or `not_supported`, naming the option, what was given and what is allowed. */
export function assertServeOptions(options: unknown): asserts options is ServeOptions {
  if (isInngest(options)) throw invalid("takes one object, but the client was passed by itself");
  if (typeof options !== "object" || options === null) throw invalid("takes one object");
  const given = options as Record<string, unknown>;
  for (const key of Object.keys({ client: 0, functions: 0, ...given })) {
    const value = given[key];
    const rule = RULES[key];
    if (value === undefined && key !== "client" && key !== "functions") continue;
    if (!rule) {
      throw new StepwellError(
        `serve(): option \`${key}\` is not supported; remove it. Options: ${Object.keys(RULES).join(", ")}.`,
        { code: "not_supported" },
      );
    }
    // A key among the values must not show up in a log.
    if (!rule[1](value)) throw invalid(`\`${key}\` must be ${rule[0]}, but is ${shown(key, value)}`);
  }
}

function shown(key: string, value: unknown): string {
  return typeof value === "string" && !key.startsWith("signing") ? JSON.stringify(value) : `of type ${typeof value}`;
}

/** The error for an adapter that cannot stream as it was told to. */
export function streamingRefused(frameworkName: string, setting: unknown): StepwellError {
  return new StepwellError(
    `\`streaming\` (or INNGEST_STREAMING) is ${JSON.stringify(setting)}, which the adapter "${frameworkName}" cannot do here. Take it out, or set "allow", which streams only where that works.`,
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
      client.logger.warn(`serve(): functions[${index}] is ${String(fn)} and is left out. Is it imported in a circle?`);
      return;
    }
    if (!isInngestFunction(fn)) throw invalid(`functions[${index}] was not made with client.createFunction()`);
    const id = fn.id(options.id ?? client.id);
    add(id, { fn, isFailureHandler: false });
    if (fn.onFailureHandler) add(failureFunctionId(id), { fn, isFailureHandler: true });
  });
  return served;
}

function invalid(message: string): StepwellError {
  return new StepwellError(`serve(): ${message}; expected \`serve({ client, functions: [myFunction] })\`.`, {
    code: "invalid_option",
  });
}
