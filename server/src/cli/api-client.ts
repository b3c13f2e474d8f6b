/**
 * The way from a command to an engine that runs elsewhere: its HTTP API. Made by the client commands.
 * Must never show a key.
 */
import { hashSigningKey } from "stepwell/signing";
import { CliError } from "./cli-error.ts";

export interface ApiClientOptions {
  /** Where the engine listens. */
  url: string;
  /** Opens the API of an engine in start mode; null in dev. */
  signingKey: string | null;
  /** Does the same, as far as its role goes. Default: null. */
  apiKey?: string | null;
}

export interface ApiClient {
  readonly url: string;
  /** The parsed body of an answer below 400; null when it is empty. @throws CliError */
  request(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<unknown>;
  /** The same as a GET, and what its envelope holds in `data`. @throws CliError */
  get<T>(path: string): Promise<T>;
}

const parseAnswer = (text: string): unknown => {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What to say of an answer of 400 and above. */
function refusal(status: number, answer: unknown, url: string): CliError {
  const { error, errors } = (typeof answer === "object" && answer !== null ? answer : {}) as {
    error?: unknown;
    errors?: { message?: unknown }[];
  };
  const said = Array.isArray(errors) ? errors[0]?.message : error;
  const message = typeof said === "string" ? said : `The engine at ${url} answered ${status}.`;
  const hint =
    status === 401
      ? " For an engine that was begun with `stepwell start`, give --api-key or --signing-key (and --event-key to send)."
      : "";
  return new CliError(message + hint);
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
  const request: ApiClient["request"] = async (method, path, body) => {
    const headers = {
      ...credentials,
      ...(await authorize(options)),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const init: RequestInit = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(base + path, init).catch((cause: unknown) => {
      throw new CliError(
        `No engine answers at ${base}. Start one with \`stepwell dev\`, or say where it is with --url.`,
        { cause },
      );
    });
    const answer = parseAnswer(await response.text());
    if (!response.ok) throw refusal(response.status, answer, base);
    if (answer === undefined)
      throw new CliError(`What answers at ${base} is no Stepwell engine: it did not send JSON.`);
    return answer;
  };
  return {
    url: base,
    request,
    async get<T>(path: string) {
      const answer = await request("GET", path);
      if (typeof answer === "object" && answer !== null && "data" in answer) return answer.data as T;
      throw new CliError(`What answers at ${base} is no Stepwell engine: GET ${path} came without data.`);
    },
  };
}
