/**
 * A handler for a framework that has no adapter here, from functions that say how to read its requests and to write
 * its answers. Made by users: `new InngestCommHandler({ … }).createHandler()`. Must not know any framework.
 */
import type { EnvBag } from "../client/index.ts";
import { StepwellError } from "../errors/index.ts";
import { headerKeys, queryKeys } from "../protocol/headers.ts";
import { createHandler, type RequestHandler } from "./create-handler.ts";
import type { HandlerRequest } from "./handler-request.ts";
import type { ServeOptions } from "./serve-options.ts";
import { named } from "./verbs.ts";

type MaybePromise<T> = T | Promise<T>;

/** An answer as `transformResponse` gets it. */
export interface ActionResponse<TBody = string> {
  status: number;
  headers: Record<string, string>;
  body: TBody;
}

/** How to read one request and to answer it. Readers may be given a reason, which is for people only. */
export interface HandlerActions<TOutput = unknown> {
  /** The body, as text, as bytes or parsed. */
  body(reason?: string): unknown;
  /** A header by its lower-case name. */
  headers(key: string): MaybePromise<string | null | undefined>;
  method(reason?: string): MaybePromise<string>;
  /** The whole address. */
  url(reason?: string): MaybePromise<URL>;
  /** A query parameter, where the address lacks them. */
  queryString?(key: string, url: URL): MaybePromise<string | null | undefined>;
  /** Environment variables that came with the request. */
  env?(): MaybePromise<EnvBag | null | undefined>;
  transformResponse(response: ActionResponse): TOutput;
  /** Without it the handler cannot stream. */
  transformStreamingResponse?(response: ActionResponse<ReadableStream<Uint8Array>>): TOutput;
}

/** What {@link InngestCommHandler} takes: the options of `serve` and the framework's part. */
export interface CommHandlerOptions<TArgs extends unknown[] = unknown[], TOutput = unknown> extends ServeOptions {
  /** As the engine shows it. */
  frameworkName: string;
  handler(...args: TArgs): MaybePromise<HandlerActions<TOutput>>;
  /** True when what stands before the handler has checked who calls. Default: false. */
  skipSignatureValidation?: boolean;
}

const MORE_HEADERS = ["host", "content-length", "x-forwarded-proto", "x-forwarded-host"];

/**
 * Serves an app's functions through a framework of one's own.
 * @example
 * const handler = new InngestCommHandler({
 *   frameworkName: "mine",
 *   client,
 *   functions: [],
 *   handler: (request: Request) => ({
 *     body: () => request.text(),
 *     headers: (key) => request.headers.get(key),
 *     method: () => request.method,
 *     url: () => new URL(request.url),
 *     transformResponse: ({ status, headers, body }) => new Response(body, { status, headers }),
 *   }),
 * }).createHandler();
 */
export class InngestCommHandler<TArgs extends unknown[] = unknown[], TOutput = unknown> {
  readonly frameworkName: string;
  readonly #actions: CommHandlerOptions<TArgs, TOutput>["handler"];
  readonly #handle: RequestHandler;

  /** @throws {StepwellError} `invalid_option` or `not_supported` for wrong options. */
  constructor(options: CommHandlerOptions<TArgs, TOutput>) {
    const { frameworkName, handler, skipSignatureValidation = false, ...serveOptions } = options;
    if (typeof frameworkName !== "string" || typeof handler !== "function") {
      throw new StepwellError("new InngestCommHandler() needs `frameworkName`, a text, and `handler`, a function.", {
        code: "invalid_option",
      });
    }
    this.frameworkName = frameworkName;
    this.#actions = handler;
    this.#handle = createHandler(frameworkName, serveOptions, { streams: true, trusted: skipSignatureValidation });
  }

  /** The handler, for the framework to call. A last argument `{ actionOverrides }` replaces actions for one request. */
  createHandler(): (...args: TArgs) => Promise<TOutput> {
    const handler = async (...args: TArgs): Promise<TOutput> => {
      const last = args.at(-1) as { actionOverrides?: Partial<HandlerActions<TOutput>> } | undefined;
      const actions = { ...(await this.#actions(...args)), ...last?.actionOverrides };
      const { stream, body, ...head } = await this.#handle(await toHandlerRequest(actions), args);
      if (!stream) return actions.transformResponse({ ...head, body });
      return (actions.transformStreamingResponse as StreamingTransform<TOutput>)({ ...head, body: stream });
    };
    return named(handler, this.#actions.length);
  }
}

type StreamingTransform<TOutput> = (response: ActionResponse<ReadableStream<Uint8Array>>) => TOutput;

async function toHandlerRequest(actions: HandlerActions<unknown>): Promise<HandlerRequest> {
  const why = "reading a request";
  const read = async (name: string): Promise<[string, string | null]> => [name, (await actions.headers(name)) ?? null];
  const [method, url, env, headers] = await Promise.all([
    actions.method(why),
    actions.url(why),
    actions.env?.(),
    Promise.all([...Object.values(headerKeys), ...MORE_HEADERS].map(read)),
  ]);
  const address = new URL(url);
  if (actions.queryString) {
    for (const name of Object.values(queryKeys)) {
      const value = await actions.queryString(name, address);
      if (value) address.searchParams.set(name, value);
    }
  }
  const byName = new Map(headers);
  return {
    method,
    url: address.href,
    headers: { get: (name) => byName.get(name) ?? null },
    text: async () => textOf(await actions.body(why)),
    ...(env ? { env } : {}),
    ...(actions.transformStreamingResponse ? {} : { streams: false }),
  };
}

function textOf(body: unknown): string {
  if (typeof body === "string") return body;
  if (body === undefined || body === null) return "";
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : JSON.stringify(body);
}
