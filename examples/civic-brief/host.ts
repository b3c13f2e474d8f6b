/**
 * Serves the files of netlify/functions on PORT where the Netlify CLI is not installed. Started by start.ts and by tests, which
 * kill it. Adds nothing to what a function does.
 */
import { serve } from "@hono/node-server";
import { functionsFetch } from "./functions-fetch.ts";

const port = Number(process.env["PORT"] ?? 8888);
serve({ fetch: functionsFetch, port, hostname: "127.0.0.1" }, (address) => {
  console.log(`civic-brief is listening on http://127.0.0.1:${address.port}/.netlify/functions/`);
});
