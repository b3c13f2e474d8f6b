/** What apps export of each adapter, without saying its type. */
import { Inngest, InngestCommHandler, type InngestFunction, type ServeHandlerOptions } from "stepwell";
import * as astro from "stepwell/astro";
import * as bun from "stepwell/bun";
import * as cloudflare from "stepwell/cloudflare";
import * as deno from "stepwell/deno";
import * as fresh from "stepwell/deno/fresh";
import * as digitalocean from "stepwell/digitalocean";
import * as edge from "stepwell/edge";
import * as express from "stepwell/express";
import * as fastify from "stepwell/fastify";
import * as fetcher from "stepwell/fetch";
import * as h3 from "stepwell/h3";
import * as hono from "stepwell/hono";
import * as koa from "stepwell/koa";
import * as lambda from "stepwell/lambda";
import * as netlify from "stepwell/netlify";
import * as next from "stepwell/next";
import * as nitro from "stepwell/nitro";
import * as node from "stepwell/node";
import * as nuxt from "stepwell/nuxt";
import * as redwood from "stepwell/redwood";
import * as remix from "stepwell/remix";
import * as sveltekit from "stepwell/sveltekit";

const options = { client: new Inngest({ id: "shop" }), functions: [] as InngestFunction[] };

export const { GET, POST, PUT } = next.serve(options);
export const handlers = {
  astro: astro.serve(options),
  bun: bun.serve(options),
  cloudflare: cloudflare.serve(options),
  deno: deno.serve(options),
  fresh: fresh.serve(options),
  digitalocean: digitalocean.serve(options),
  edge: edge.serve(options),
  express: express.serve(options),
  fastify: fastify.serve(options),
  fetcher: fetcher.serve(options),
  h3: h3.serve(options),
  hono: hono.serve(options),
  koa: koa.serve(options),
  lambda: lambda.serve(options),
  netlify: netlify.serve(options),
  next: next.serve(options),
  nitro: nitro.serve(options),
  node: node.serve(options),
  nuxt: nuxt.serve(options),
  redwood: redwood.serve(options),
  remix: remix.serve(options),
  sveltekit: sveltekit.serve(options),
};
export const server = node.createServer(options);
export const plugin = fastify.fastifyPlugin;
export const wrapped = (more: Partial<ServeHandlerOptions>) => next.serve({ ...options, ...more });
export const own = new InngestCommHandler({
  frameworkName: "own",
  ...options,
  handler: (request: Request) => ({
    body: () => request.text(),
    headers: (key: string) => request.headers.get(key),
    method: () => request.method,
    url: () => new URL(request.url),
    transformResponse: ({ body, headers, status }) => new Response(body, { headers, status }),
  }),
});
