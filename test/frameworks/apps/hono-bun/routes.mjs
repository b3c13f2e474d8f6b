import { serve } from "stepwell/bun";
import { makeApp } from "./functions.mjs";

Bun.serve({
  port: Number(process.env.PORT),
  hostname: "127.0.0.1",
  routes: { "/api/inngest": serve(makeApp("routes")) },
  fetch: () => new Response("not here", { status: 404 }),
});
