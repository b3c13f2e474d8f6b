/** Options of every adapter's `serve`: their types, and their check when the handler is made. */
import { type Inngest, isInngest } from "../client/index.ts";
import { StepwellError } from "../errors/index.ts";
import { failureFunctionId, type InngestFunction, isInngestFunction } from "../function/index.ts";

export interface ServeOptions {
  /** The app's client. */
  // biome-ignore lint/suspicious/noExplicitAny: a client with event types of any kind
  client: Inngest<any>;
  /** The app's functions. Undefined entries are left out with a warning. */
  functions: readonly (InngestFunction | undefined)[];
  /** Path at which the engine reaches the app, e.g. `/api/inngest`. Default: `INNGEST_SERVE_PATH`, then the request's. */
  servePath?: string;
  /** Origin at which the engine reaches the app, e.g. `https://example.com`. Default: `INNGEST_SERVE_ORIGIN`, then the request's. */
  serveOrigin?: string;
  /** Older name of `serveOrigin`. */
  serveHost?: string;
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
}

/** A function that can be called, under the id that the engine knows. */
export interface ServedFunction {
  fn: InngestFunction;
  /** True for the function's `onFailure` handler. */
  isFailureHandler: boolean;
}

const KNOWN: ReadonlySet<string> = new Set([
  "client",
  "functions",
  "servePath",
  "serveOrigin",
  "serveHost",
  "enableUnauthedSync",
  "signingKey",
  "signingKeyFallback",
  "baseUrl",
  "fetch",
]);

/** @throws {StepwellError} `invalid_option` or `not_supported`, naming the option and what is allowed. */
export function assertServeOptions(options: unknown): asserts options is ServeOptions {
  const example = "serve({ client, functions: [myFunction] })";
  if (isInngest(options)) {
    throw invalid(
      `serve() takes one object: expected \`${example}\`, but the client was passed by itself. Write \`serve({ client, functions })\``,
    );
  }
  if (typeof options !== "object" || options === null) throw invalid(`serve() expects \`${example}\``);
  const given = options as Record<string, unknown>;
  if (!isInngest(given["client"]))
    throw invalid(`serve(): \`client\` is not a client made with new Inngest(); expected \`${example}\``);
  if (!Array.isArray(given["functions"]))
    throw invalid(`serve(): \`functions\` is not an array; expected \`${example}\``);
  for (const key of Object.keys(given)) {
    if (given[key] === undefined || KNOWN.has(key)) continue;
    throw new StepwellError(
      `serve(): option \`${key}\` is not supported in this version of stepwell; remove it. Options: ${[...KNOWN].join(", ")}.`,
      { code: "not_supported" },
    );
  }
  const path = given["servePath"];
  if (path !== undefined && (typeof path !== "string" || !path.startsWith("/"))) {
    throw invalid('serve(): `servePath` must be a path that begins with "/", such as "/api/inngest"');
  }
}

/**
 * The functions by the ids that the engine calls.
 * @throws {StepwellError} `invalid_option` for what is no function, and for an id that is used twice.
 */
export function toServedFunctions(options: ServeOptions): Map<string, ServedFunction> {
  const served = new Map<string, ServedFunction>();
  const { client } = options;
  const add = (id: string, entry: ServedFunction): void => {
    if (served.has(id)) throw invalid(`serve(): two functions have the id "${id}"; ids must be unique in an app`);
    served.set(id, entry);
  };
  options.functions.forEach((fn, index) => {
    if (fn === undefined || fn === null) {
      client.logger.warn(`serve(): functions[${index}] is ${String(fn)} and is left out. Is it imported in a circle?`);
      return;
    }
    if (!isInngestFunction(fn)) throw invalid(`serve(): functions[${index}] was not made with client.createFunction()`);
    const id = fn.id(client.id);
    add(id, { fn, isFailureHandler: false });
    if (fn.onFailureHandler) add(failureFunctionId(id), { fn, isFailureHandler: true });
  });
  return served;
}

function invalid(message: string): StepwellError {
  return new StepwellError(`${message}.`, { code: "invalid_option" });
}
