/** Serves the apps, one path each, and answers GET /checks with what was found out in this process. */
import { createServer } from "node:http";
import * as sentry from "@sentry/core";
import { serve } from "inngest/node";
import { checks } from "./checks.mjs";
import { apps, reports } from "./functions.mjs";

// A client of Sentry that keeps what is captured.
const client = new sentry.ServerRuntimeClient({
  dsn: "https://key@sentry.invalid/1",
  integrations: [],
  stackParser: () => [],
  transport: () => ({ send: async () => ({}), flush: async () => true }),
  beforeSend(event) {
    reports.sentry.push({
      error: event.exception?.values?.map(({ type, value }) => `${type}: ${value}`),
      tags: event.tags,
    });
    return null;
  },
});
sentry.setCurrentClient(client);
client.init();

const handlers = Object.fromEntries(
  Object.entries(apps(process.env.MODEL_URL)).map(([path, app]) => [path, serve(app)]),
);

const answers = { "/checks": checks, "/reports": async () => reports };

createServer((request, response) => {
  const path = new URL(request.url, "http://app").pathname;
  if (handlers[path]) return handlers[path](request, response);
  const answer = answers[path] ?? (async () => null);
  answer().then(
    (found) => response.end(JSON.stringify(found)),
    (error) => response.writeHead(500).end(error.stack),
  );
}).listen(Number(process.env.PORT), "127.0.0.1");
