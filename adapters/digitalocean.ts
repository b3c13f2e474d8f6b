/** `stepwell/digitalocean`: for DigitalOcean's functions, with parsed and with raw bodies. Users call `serve`. */
import { createHandler, type HandlerRequest, named, type ServeOptions, servePlacement } from "../src/handler/index.ts";
import { bodyText, type LambdaResult } from "./_lambda.ts";
import { pooledFetch } from "./_pooled-fetch.ts";

export const frameworkName = "digitalocean";

/** What `main` is called with: the request in `http`, and beside it what the platform parsed of query and body. */
export interface DigitalOceanArguments {
  http?: {
    method?: string;
    path?: string;
    headers?: Readonly<Record<string, string | undefined>>;
    queryString?: string;
    body?: string;
    isBase64Encoded?: boolean;
  };
  [parsed: string]: unknown;
}

/**
 * Serves an app's functions. The platform hides where it serves them: `serveOrigin` and `servePath` say so.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @throws {Error} without a serve origin.
 * @example
 * export const main = serve({ client, functions: [], serveOrigin: "https://faas.example.com", servePath: "/api/v1/web/x/y" });
 */
export function serve(options: ServeOptions): (args?: DigitalOceanArguments) => Promise<LambdaResult> {
  const handle = createHandler(frameworkName, options, { fetch: pooledFetch });
  if (servePlacement(options).origin === null) {
    throw new Error(
      'serve(): the adapter for DigitalOcean needs `serveOrigin` (or INNGEST_SERVE_ORIGIN), such as "https://faas-fra1-x.doserverless.co": the platform does not tell functions their address.',
    );
  }
  return named(async (args = {}) => {
    const { http = {}, ...parsed } = args;
    const request: HandlerRequest = {
      method: (http.method ?? "GET").toUpperCase(),
      url: `${http.path || "/"}?${http.queryString ?? ""}`,
      headers: { get: (name) => http.headers?.[name] ?? null },
      text: async () => bodyText(http.body, http.isBase64Encoded) || parsedText(parsed, http.queryString),
    };
    const response = await handle(request, [args]);
    return { statusCode: response.status, headers: response.headers, body: response.body };
  });
}

/** The body, of what was parsed: query parameters come mixed into it. */
function parsedText(parsed: Record<string, unknown>, queryString = ""): string {
  const inQuery = new URLSearchParams(queryString);
  const own = Object.entries(parsed).filter(([key, value]) => inQuery.get(key) !== value);
  return own.length === 0 ? "" : JSON.stringify(Object.fromEntries(own));
}
