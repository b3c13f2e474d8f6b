/**
 * Serves an app of a kill test, in a process of its own, and tells the test when all that a dead engine asked for is over:
 * what comes after that was asked for by another one.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect } from "node:net";
import { serve } from "stepwell/fetch";
import { readRequestBody } from "stepwell/node";

const port = Number(process.env.PORT);

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const method = incoming.method ?? "GET";
  const body = await readRequestBody(incoming);
  const init = { method, headers, ...(method === "GET" ? {} : { body }) };
  return new Request(`http://127.0.0.1:${port}${incoming.url}`, init);
}

/** Resolves when the connections that wait to be accepted have been. */
async function acceptAll(): Promise<void> {
  await new Promise<void>((resolve) => {
    const last = connect(port, "127.0.0.1");
    last.on("close", () => resolve());
    last.on("connect", () => last.end());
    last.on("error", () => last.destroy());
    last.resume();
  });
}

const connectionsOf = (server: Server): Promise<number> =>
  new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));

/** Listens on `PORT`; ends with the test's process. */
export function serveApp(options: Parameters<typeof serve>[0]): void {
  const handle = serve(options);
  let active = 0;
  const server = createServer(async (incoming, response) => {
    active++;
    try {
      const answer = await handle(await toRequest(incoming));
      const body = await answer.text();
      if (!response.destroyed) response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(body);
    } catch {
      // The engine died while it asked.
      response.destroy();
    } finally {
      active--;
    }
  });
  server.keepAliveTimeout = 60_000;
  server.listen(port, "127.0.0.1", () => process.send?.("listening"));
  process.on("message", async (message) => {
    if (message !== "drain") return;
    await acceptAll();
    while (active > 0 || (await connectionsOf(server)) > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    process.send?.("drained");
  });
  process.on("disconnect", () => process.exit());
}
