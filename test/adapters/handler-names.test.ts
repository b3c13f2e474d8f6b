import { expect, it } from "vitest";
import { Inngest, InngestCommHandler } from "../../src/index.ts";

/** Each adapter, and how many arguments its framework gives a handler. Tools and libraries look at both. */
const adapters: readonly (readonly [string, number])[] = [
  ["astro", 1],
  ["bun", 1],
  ["cloudflare", 2],
  ["deno", 1],
  ["deno-fresh", 1],
  ["digitalocean", 0],
  ["edge", 1],
  ["express", 2],
  ["fastify", 2],
  ["fetch", 1],
  ["h3", 1],
  ["hono", 1],
  ["koa", 1],
  ["lambda", 2],
  ["next", 1],
  ["nitro", 1],
  ["node", 2],
  ["nuxt", 1],
  ["redwood", 2],
  ["remix", 1],
  ["sveltekit", 1],
];

const client = new Inngest({ id: "app", isDev: true });

it.each(adapters)("the handler of %s is named and has an arity of %i", async (name, length) => {
  const { serve } = (await import(`../../adapters/${name}.ts`)) as {
    serve: (options: object) => { name: string; length: number };
  };
  const handler = serve({ client, functions: [], serveOrigin: "https://app.test" });
  expect([handler.name, handler.length]).toEqual(["InngestHandler", length]);
});

it("a handler of one's own is named and has the arity of the function that reads its requests", () => {
  const handler = new InngestCommHandler({
    frameworkName: "mine",
    client,
    functions: [],
    handler: (request: Request, _context: unknown, _next: unknown) => ({
      body: () => request.text(),
      headers: (key: string) => request.headers.get(key),
      method: () => request.method,
      url: () => new URL(request.url),
      transformResponse: ({ status, headers, body }) => new Response(body, { status, headers }),
    }),
  }).createHandler();
  expect([handler.name, handler.length]).toEqual(["InngestHandler", 3]);
});
