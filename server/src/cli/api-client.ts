/**
 * The way from a command to an engine that runs elsewhere: the typed client, with the keys of the command line. Made by the client
 * commands. Must never show a key.
 */
import { hashSigningKey } from "stepwell/signing";
import { createEngineClient } from "../client/create-engine-client.ts";
import type { EngineClient } from "../client/engine-client.ts";
import { createRequester, type EngineClientOptions } from "../client/request.ts";
import { CliError } from "./cli-error.ts";

export interface ApiClientOptions {
  /** Where the engine listens. */
  url: string;
  /** Opens the API of an engine in start mode; null in dev. */
  signingKey: string | null;
  /** Does the same, as far as its role goes. Default: null. */
  apiKey?: string | null;
}

/** All of it throws EngineApiError, which the program says in the words of the command line (explain-error). */
export interface ApiClient {
  readonly url: string;
  /** What the API has, by noun. */
  readonly engine: EngineClient;
  /** For what `engine` has not. The parsed body of an answer below 400. */
  request(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<unknown>;
  /** The same as a GET, and what its envelope holds in `data`. */
  get<T>(path: string): Promise<T>;
}

async function authorize({ signingKey: key, apiKey = null }: ApiClientOptions): Promise<Record<string, string>> {
  if (apiKey !== null) {
    if (!/^[\x21-\x7e]+$/.test(apiKey)) throw new CliError("The API key is not valid: expected one like swk_….");
    return { authorization: `Bearer ${apiKey}` };
  }
  if (key === null) return {};
  try {
    return { authorization: `Bearer ${await hashSigningKey(key)}` };
  } catch (cause) {
    throw new CliError(cause instanceof Error ? cause.message : "The signing key is not valid.", { cause });
  }
}

/** A user and password in the address are for a proxy before an engine without keys: `fetch` takes none in a url. */
function splitUrl(text: string): { base: string; credentials: Record<string, string> } {
  const url = new URL(text);
  if (url.username === "" && url.password === "") return { base: text.replace(/\/+$/, ""), credentials: {} };
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = "";
  url.password = "";
  const authorization = `Basic ${Buffer.from(pair, "utf8").toString("base64")}`;
  return { base: url.href.replace(/\/+$/, ""), credentials: { authorization } };
}

export function createApiClient(options: ApiClientOptions): ApiClient {
  const { base, credentials } = splitUrl(options.url);
  const withKeys: typeof fetch = async (input, init) => {
    const headers = { ...(init?.headers as Record<string, string>), ...credentials, ...(await authorize(options)) };
    return fetch(input, { ...init, headers });
  };
  // Who waits at a terminal hears at once that nothing answers.
  const clientOptions: EngineClientOptions = { url: base, fetch: withKeys, retries: 0 };
  const requester = createRequester(clientOptions);
  return {
    url: base,
    engine: createEngineClient(clientOptions),
    request: (method, path, body) => requester.json(path.slice(1), { method, body }),
    get: <T>(path: string) => requester.data<T>(path.slice(1)),
  };
}
