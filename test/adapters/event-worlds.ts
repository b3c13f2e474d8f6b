/** Worlds of platforms that call a function with an event. */
import * as digitalocean from "../../adapters/digitalocean.ts";
import * as lambda from "../../adapters/lambda.ts";
import * as netlify from "../../adapters/netlify.ts";
import * as redwood from "../../adapters/redwood.ts";
import type { ServeOptions } from "../../src/handler/index.ts";
import type { Asked, World } from "./world.ts";

interface Result {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

type ToEvent = (asked: Asked) => object;

const HOST = "fn.test";

function eventWorld(
  frameworkName: string,
  make: (options: ServeOptions) => (event: never) => Promise<Result>,
  toEvent: ToEvent,
  rest: Partial<World> = {},
): World {
  return {
    frameworkName,
    streams: false,
    ...rest,
    async serve(options) {
      const handle = make(options);
      return {
        origin: rest.serveOrigin ?? `https://${HOST}`,
        ask: async (asked) => {
          const { statusCode, headers, body } = await handle(toEvent(asked) as never);
          return { status: statusCode, headers: new Headers(headers), text: body };
        },
      };
    },
  };
}

const pathOf = ({ path }: Asked): string => path.split("?")[0] ?? "";
const searchOf = ({ path }: Asked): string => path.split("?")[1] ?? "";
const queryOf = (asked: Asked): Record<string, string> => Object.fromEntries(new URLSearchParams(searchOf(asked)));
/** API Gateway 1 leaves names as the caller wrote them. */
const capitalised = (headers: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ host: HOST, ...headers }).map(([name, value]) => [
      name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
      value,
    ]),
  );
const base64 = (text: string): string => Buffer.from(text).toString("base64");

const gateway1: ToEvent = (asked) => ({
  httpMethod: asked.method,
  path: pathOf(asked).replace("/base", ""),
  requestContext: { path: pathOf(asked), stage: "base" },
  headers: capitalised(asked.headers),
  multiValueHeaders: null,
  queryStringParameters: searchOf(asked) === "" ? null : queryOf(asked),
  body: asked.body ?? null,
  isBase64Encoded: false,
});

const gateway2: ToEvent = (asked) => ({
  version: "2.0",
  rawPath: pathOf(asked),
  rawQueryString: searchOf(asked),
  headers: { host: HOST, ...asked.headers },
  requestContext: { http: { method: asked.method, path: pathOf(asked) } },
  ...(asked.body === undefined ? {} : { body: base64(asked.body) }),
  isBase64Encoded: asked.body !== undefined,
});

const loadBalancer: ToEvent = (asked) => ({
  httpMethod: asked.method,
  path: pathOf(asked),
  requestContext: { elb: { targetGroupArn: "arn" } },
  multiValueHeaders: Object.fromEntries(
    Object.entries({ host: HOST, ...asked.headers }).map(([name, value]) => [name, [value]]),
  ),
  queryStringParameters: Object.fromEntries(
    searchOf(asked)
      .split("&")
      .filter((pair) => pair !== "")
      .map((pair) => pair.split("=")),
  ),
  body: asked.body ?? "",
  isBase64Encoded: false,
});

const netlify1: ToEvent = (asked) => ({
  httpMethod: asked.method,
  path: pathOf(asked),
  rawUrl: `https://${HOST}${asked.path}`,
  rawQuery: searchOf(asked),
  headers: { host: HOST, ...asked.headers },
  queryStringParameters: queryOf(asked),
  body: asked.body ?? null,
  isBase64Encoded: false,
});

/** DigitalOcean with `web: true`: what it parses of query and body lies beside `http`. */
const functionParsed: ToEvent = (asked) => ({
  http: {
    method: asked.method,
    path: "",
    headers: { ...asked.headers },
    queryString: searchOf(asked),
  },
  ...queryOf(asked),
  ...(asked.body === undefined || asked.body === "" ? {} : JSON.parse(asked.body)),
});

const functionRaw: ToEvent = (asked) => ({
  http: {
    method: asked.method,
    path: "",
    headers: { ...asked.headers },
    queryString: searchOf(asked),
    body: base64(asked.body ?? ""),
    isBase64Encoded: true,
  },
});

const ocean = { serveOrigin: "https://faas.test" };

export const eventWorlds: Record<string, World> = {
  "lambda, API Gateway 1": eventWorld("aws-lambda", lambda.serve, gateway1),
  "lambda, API Gateway 2 and base64": eventWorld("aws-lambda", lambda.serve, gateway2),
  "lambda, load balancer": eventWorld("aws-lambda", lambda.serve, loadBalancer),
  redwood: eventWorld("redwoodjs", redwood.serve, gateway1),
  "netlify 1": eventWorld("netlify", (options) => netlify.serve(options) as never, netlify1),
  "digitalocean, parsed": eventWorld("digitalocean", digitalocean.serve, functionParsed, ocean),
  "digitalocean, raw": eventWorld("digitalocean", digitalocean.serve, functionRaw, ocean),
};
