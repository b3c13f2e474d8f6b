/** Every adapter, in each way in which its framework may hand a request over. */
import express from "express";
import fastify from "fastify";
import { H3, toNodeHandler } from "h3";
import * as h3v1 from "h3-1";
import { Hono } from "hono";
import Koa from "koa";
import * as astro from "../../adapters/astro.ts";
import * as bun from "../../adapters/bun.ts";
import * as cloudflare from "../../adapters/cloudflare.ts";
import * as deno from "../../adapters/deno.ts";
import * as fresh from "../../adapters/deno-fresh.ts";
import * as edge from "../../adapters/edge.ts";
import * as expressAdapter from "../../adapters/express.ts";
import * as fastifyAdapter from "../../adapters/fastify.ts";
import * as fetchAdapter from "../../adapters/fetch.ts";
import * as h3 from "../../adapters/h3.ts";
import * as hono from "../../adapters/hono.ts";
import * as koa from "../../adapters/koa.ts";
import * as netlify from "../../adapters/netlify.ts";
import * as next from "../../adapters/next.ts";
import * as nitro from "../../adapters/nitro.ts";
import * as node from "../../adapters/node.ts";
import * as nuxt from "../../adapters/nuxt.ts";
import * as remix from "../../adapters/remix.ts";
import * as sveltekit from "../../adapters/sveltekit.ts";
import type { ServeOptions } from "../../src/handler/index.ts";
import { eventWorlds } from "./event-worlds.ts";
import { nodeWorld, PATH, parsed, requestWorld, verbOf, type World, withReadBody } from "./world.ts";

type FetchServe = (options: ServeOptions) => (request: Request) => Promise<Response>;
const verbs =
  (serve: FetchServe) =>
  (options: ServeOptions): ((request: Request) => Promise<Response>) => {
    const handler = serve(options);
    return (request) => verbOf(handler, request.method)(request);
  };

const expressWith = (...before: express.RequestHandler[]) =>
  nodeWorld("express", (options) => {
    const router = express.Router();
    router.use("/inngest", expressAdapter.serve(options));
    const app = express();
    for (const handler of before) app.use(handler);
    return app.use("/base/api", router);
  });

const koaWith = (parse: boolean): World =>
  nodeWorld(
    "koa",
    (options) => {
      const app = new Koa();
      const handler = koa.serve(options);
      app.silent = true;
      app.use(async (ctx) => {
        if (parse) {
          const chunks: Buffer[] = [];
          for await (const chunk of ctx.req) chunks.push(chunk as Buffer);
          Object.assign(ctx.request, { body: parsed(Buffer.concat(chunks).toString()) });
        }
        await handler(ctx);
      });
      return app.callback();
    },
    { streams: false },
  );

const fastifyWith = (plugin: boolean): World =>
  nodeWorld(
    "fastify",
    async (options) => {
      const app = fastify();
      if (plugin) {
        const { client, functions, ...rest } = options;
        const prefix = options.servePath === undefined ? "/base" : "";
        // biome-ignore lint/nursery/noMisusedPromises: Fastify takes plugins of both kinds
        await app.register(fastifyAdapter.fastifyPlugin, { prefix, client, functions, options: rest });
      } else {
        app.route({
          method: ["GET", "POST", "PUT", "DELETE"],
          url: PATH,
          bodyLimit: 8 * 1024 * 1024,
          handler: fastifyAdapter.serve(options),
        });
      }
      await app.ready();
      return (req, res) => app.routing(req, res);
    },
    { streams: false, ...(plugin ? { otherMethod: 404 } : {}) },
  );

const h3Version1 = (frameworkName: string, serve: typeof h3.serve): World =>
  nodeWorld(frameworkName, (options) => {
    const inner = h3v1.createRouter().use("/api/inngest", h3v1.eventHandler(serve(options)));
    const app = h3v1.createApp().use(h3v1.createRouter().use("/base/**", h3v1.useBase("/base", inner.handler)));
    return h3v1.toNodeListener(app);
  });

export const worlds: Record<string, World> = {
  fetch: requestWorld("fetch", verbs(fetchAdapter.serve)),
  edge: requestWorld("edge", verbs(edge.serve)),
  bun: requestWorld("bun", verbs(bun.serve)),
  deno: requestWorld("deno", verbs(deno.serve)),
  "deno/fresh 1": requestWorld("deno/fresh", verbs(fresh.serve)),
  "deno/fresh 2": requestWorld("deno/fresh", (options) => {
    const handler = fresh.serve(options);
    return (req) => handler({ req });
  }),
  hono: requestWorld(
    "hono",
    (options, env) => {
      const app = new Hono().basePath("/base");
      app.all("/api/inngest", hono.serve(options));
      return (request) => app.fetch(request, env);
    },
    { passesEnv: true },
  ),
  "next, app router": requestWorld("nextjs", (options) => {
    const handler = next.serve(options);
    return (request) => verbOf(handler, request.method)(request, { params: Promise.resolve({}) });
  }),
  "next, pages router, raw": nodeWorld("nextjs", (options) => next.serve(options)),
  "next, pages router, parsed": nodeWorld("nextjs", (options) => withReadBody(next.serve(options), parsed)),
  sveltekit: requestWorld(
    "sveltekit",
    (options, env) => {
      const handler = sveltekit.serve(options);
      return (request) => verbOf(handler, request.method)({ request, platform: { env } });
    },
    { passesEnv: true },
  ),
  astro: requestWorld(
    "astro",
    (options, env) => {
      const handler = astro.serve(options);
      return (request) => verbOf(handler, request.method)({ request, locals: { runtime: { env } } });
    },
    { passesEnv: true },
  ),
  "remix, context.env": requestWorld(
    "remix",
    (options, env) => {
      const handler = remix.serve(options);
      return (request) => handler({ request, context: { env } });
    },
    { passesEnv: true },
  ),
  "remix, context.cloudflare.env": requestWorld(
    "remix",
    (options, env) => {
      const handler = remix.serve(options);
      return (request) => handler({ request, context: { cloudflare: { env } } });
    },
    { passesEnv: true },
  ),
  "cloudflare worker": requestWorld(
    "cloudflare-pages",
    (options, env) => {
      const handler = cloudflare.serve(options);
      return (request) => handler(request, env);
    },
    { passesEnv: true },
  ),
  "cloudflare pages": requestWorld(
    "cloudflare-pages",
    (options, env) => {
      const handler = cloudflare.serve(options);
      return (request) => handler({ request, env });
    },
    { passesEnv: true },
  ),
  "netlify 2": requestWorld("netlify", (options) => {
    const handler = netlify.serve(options);
    return (request) => handler(request, {});
  }),
  node: nodeWorld("nodejs", node.serve),
  "node, parsed": nodeWorld("nodejs", (options) => withReadBody(node.serve(options), parsed)),
  "node, text": nodeWorld("nodejs", (options) => withReadBody(node.serve(options), (text) => text)),
  "node, bytes": nodeWorld("nodejs", (options) =>
    withReadBody(node.serve(options), (text) => new TextEncoder().encode(text)),
  ),
  "express, raw": expressWith(),
  "express, express.json": expressWith(express.json({ limit: "8mb" })),
  "express, express.raw": expressWith(express.raw({ limit: "8mb", type: "*/*" })),
  "koa, raw": koaWith(false),
  "koa, parsed": koaWith(true),
  "fastify, plugin": fastifyWith(true),
  "fastify, serve": fastifyWith(false),
  "h3 1": h3Version1("h3", h3.serve),
  "nitro, h3 1": h3Version1("nitro", nitro.serve),
  "nuxt, h3 1": h3Version1("nuxt", nuxt.serve),
  "h3 1, web handler": requestWorld(
    "h3",
    (options, env) => {
      const app = h3v1.createApp().use("/base/api/inngest", h3v1.eventHandler(h3.serve(options)));
      const handler = h3v1.toWebHandler(app);
      return (request) => handler(request, { cloudflare: { env } });
    },
    { passesEnv: true },
  ),
  "h3 2, node": nodeWorld("h3", (options) => {
    const app = new H3().all(PATH, h3.serve(options) as never);
    return toNodeHandler(app) as never;
  }),
  "h3 2, web": requestWorld("h3", (options) => {
    const app = new H3().all(PATH, h3.serve(options) as never);
    return (request) => app.fetch(request);
  }),
  ...eventWorlds,
};
