import { Hono } from "hono";
import { serve } from "stepwell/hono";
import { client, greet } from "./functions.mjs";

const app = new Hono();
app.on(["GET", "POST", "PUT"], "/api/inngest", serve({ client, functions: [greet] }));
Deno.serve({ port: Number(Deno.env.get("PORT")), hostname: "127.0.0.1" }, app.fetch);
