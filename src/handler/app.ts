/** What the handler knows of the app, worked out anew for each request. Used by every file of this folder. */
import { type ApiFetch, type Mode, says } from "../client/index.ts";
import type { Logger } from "../function/index.ts";
import type { ServedFunction, ServeOptions } from "./serve-options.ts";
import { streamingFor } from "./streaming.ts";

export interface App {
  readonly options: ServeOptions;
  readonly id: string;
  readonly functions: ReadonlyMap<string, ServedFunction>;
  readonly frameworkName: string;
  readonly mode: Mode;
  /** Null when there is none. */
  readonly signingKey: string | null;
  /** Null when there is none. */
  readonly signingKeyFallback: string | null;
  /** Base of the engine's API, ending in a slash. */
  readonly apiBaseUrl: string;
  /** Headers of whatever the SDK sends, as the client has them. */
  readonly headers: Record<string, string>;
  /** How the engine is reached. */
  readonly fetch: ApiFetch;
  /** Whether calls are answered with streams. Null when they are to be, and the adapter cannot. */
  readonly streaming: boolean | null;
  /** For what the handler itself has to say. */
  readonly logger: Pick<Logger, "warn" | "error">;
}

/** What was asked for. */
export function streamingSetting({ streaming, client }: ServeOptions): boolean | string | undefined {
  return streaming ?? client.readEnv("INNGEST_STREAMING");
}

export function createApp(
  options: ServeOptions,
  functions: ReadonlyMap<string, ServedFunction>,
  frameworkName: string,
  streams: boolean,
  mode: Mode = options.client.mode,
): App {
  const { client, baseUrl, logLevel = "warn" } = options;
  const logger = client.internalLogger;
  let apiBaseUrl: string | undefined;
  let headers: Record<string, string> | undefined;
  return {
    options,
    id: options.id ?? client.id,
    functions,
    frameworkName,
    mode,
    signingKey: options.signingKey ?? client.signingKey,
    // Read when they are used, and once: most requests need few of them, and reading the environment costs.
    get signingKeyFallback() {
      return options.signingKeyFallback ?? client.signingKeyFallback;
    },
    get apiBaseUrl() {
      apiBaseUrl ??= baseUrl === undefined ? client.apiBaseUrl : baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`;
      return apiBaseUrl;
    },
    get headers() {
      headers ??= client.headers;
      return headers;
    },
    fetch: options.fetch ?? client.apiFetch,
    streaming: streamingFor(streamingSetting(options), streams),
    logger: {
      warn: (...args) => says(logLevel, "warn") && logger.warn(...args),
      error: (...args) => says(logLevel, "error") && logger.error(...args),
    },
  };
}
