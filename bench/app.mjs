// The app that the benchmark's engine calls over HTTP. Tells the driver of each moment that a user's code sees, over IPC.
import { createFunctions } from "./functions.mjs";

const { Inngest } = await import(process.env.SDK_MAIN);
const { createServer } = await import(process.env.SDK_NODE);

const client = new Inngest({
  id: "bench",
  isDev: true,
  ...(process.env.CHECKPOINTING === "off" ? { checkpointing: false } : {}),
  baseUrl: process.env.ENGINE_URL,
  logger: { debug() {}, info() {}, warn() {}, error() {} },
});

const functions = createFunctions(client);
const server = createServer({ client, functions, servePath: "/api/inngest", serveOrigin: process.env.ORIGIN });
const [serve] = server.listeners("request");
server.removeAllListeners("request");
server.on("request", (request, response) => {
  if (request.url !== "/yardstick") return serve(request, response);
  request.resume();
  request.on("end", () => response.end("ok"));
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT), "127.0.0.1", () => process.send?.({ moment: "listening" }));
process.on("disconnect", () => process.exit());
