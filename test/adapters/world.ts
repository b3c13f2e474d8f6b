/** What the table of requests needs of each adapter: a way to serve an app with it, and to ask it things. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { ServeOptions } from "../../src/handler/index.ts";

export interface Asked {
  method: string;
  /** Path and query. */
  path: string;
  /** Lower-case names. */
  headers?: Record<string, string>;
  body?: string;
}

export interface Answered {
  status: number;
  headers: Headers;
  text: string;
}

export interface Served {
  /** Where callers find it, without a path. */
  origin: string;
  ask(asked: Asked): Promise<Answered>;
  /** For worlds that listen: where, to send what is no proper request. */
  port?: number;
}

export interface World {
  frameworkName: string;
  /** Serves at {@link PATH}; `env` are variables that the runtime hands over with each request. */
  serve(options: ServeOptions, env: Record<string, string>): Promise<Served>;
  /** Default: true. */
  streams?: false;
  /** Whether it listens on a port of its own. Default: false. */
  listens?: true;
  /** Whether its runtime hands variables over. Default: false. */
  passesEnv?: true;
  /** What it answers to a method that is none of the protocol's, where the framework does so itself. Default: 405. */
  otherMethod?: number;
  /** Origin that the platform needs to be told. Default: none. */
  serveOrigin?: string;
}

/** Below a router and a base path, so that what frameworks take off an address shows. */
export const PATH = "/base/api/inngest";

const ORIGIN = "http://app.test";

export type AnyHandler = (...args: never[]) => unknown;

/** A world whose handlers take a Request, whatever they want around it. */
export function requestWorld(
  frameworkName: string,
  make: (options: ServeOptions, env: Record<string, string>) => (request: Request) => Response | Promise<Response>,
  rest: Partial<World> = {},
): World {
  return {
    frameworkName,
    ...rest,
    async serve(options, env) {
      const handle = make(options, env);
      return {
        origin: ORIGIN,
        ask: async ({ method, path, headers, body }) => {
          const init = { method, ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body }) };
          return fromResponse(await handle(new Request(ORIGIN + path, init)));
        },
      };
    },
  };
}

/** The handler for a method: frameworks that export one for each call that one. */
export function verbOf<T extends AnyHandler>(handler: T, method: string): T {
  return (handler as unknown as Record<string, T | undefined>)[method] ?? handler;
}

/** A world on node:http. */
export function nodeWorld(
  frameworkName: string,
  make: (options: ServeOptions) => RequestListener | Promise<RequestListener>,
  rest: Partial<World> = {},
): World {
  return {
    frameworkName,
    listens: true,
    ...rest,
    async serve(options) {
      return listen(await make(options));
    },
  };
}

async function listen(listener: RequestListener): Promise<Served> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    port,
    ask: async ({ method, path, headers, body }) =>
      fromResponse(
        await fetch(origin + path, {
          method,
          ...(headers ? { headers } : {}),
          ...(body === undefined ? {} : { body }),
        }),
      ),
  };
}

async function fromResponse(response: Response): Promise<Answered> {
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Wraps a listener so that it sees a body that somebody has read before it, as `shape` makes it of the text. */
export function withReadBody(
  listener: (request: never, response: never) => unknown,
  shape: (text: string) => unknown,
): RequestListener {
  return (req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const body = shape(Buffer.concat(chunks).toString());
      listener(Object.assign(req, { body }) as never, res as never);
    });
    req.on("error", () => {});
  };
}

/** What parsers of most frameworks make of a text. */
export const parsed = (text: string): unknown => (text === "" ? {} : JSON.parse(text));
