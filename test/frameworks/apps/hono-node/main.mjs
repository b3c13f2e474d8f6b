import { serve as listen } from "@hono/node-server";
import { Hono } from "hono";
import { serve } from "stepwell/hono";
import { client, greet } from "./functions.mjs";

const app = new Hono();
app.on(["GET", "POST", "PUT"], "/api/inngest", serve({ client, functions: [greet] }));
listen({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" });
