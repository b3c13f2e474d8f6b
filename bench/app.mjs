// The app that the benchmark calls. Tells the driver of each moment that a user's code sees, over IPC.
const { Inngest } = await import(process.env.SDK_MAIN);
const { createServer } = await import(process.env.SDK_NODE);

const now = () => performance.timeOrigin + performance.now();
const tell = (fn, moment, rest) => process.send?.({ fn, moment, at: now(), ...rest });
const client = new Inngest({
  id: "bench",
  isDev: true,
  checkpointing: false,
  baseUrl: process.env.ENGINE_URL,
  logger: { debug() {}, info() {}, warn() {}, error() {} },
});

const functions = [
  client.createFunction({ id: "noop", retries: 0, triggers: [{ event: "bench/noop" }] }, async () => {
    tell("noop", "end");
    return "ok";
  }),
  client.createFunction({ id: "three", retries: 0, triggers: [{ event: "bench/three" }] }, async ({ step }) => {
    const a = await step.run("a", () => 1);
    const b = await step.run("b", () => a + 1);
    const c = await step.run("c", () => b + 1);
    tell("three", "end");
    return c;
  }),
  client.createFunction({ id: "chain", retries: 0, triggers: [{ event: "bench/chain" }] }, async ({ event, step }) => {
    let last = 0;
    for (let i = 0; i < event.data.steps; i++) {
      last = await step.run(`step ${i}`, () => {
        tell("chain", "step");
        return i;
      });
    }
    tell("chain", "end");
    return last;
  }),
  client.createFunction({ id: "fan", retries: 0, triggers: [{ event: "bench/fan" }] }, async ({ event, step }) => {
    const width = Array.from({ length: event.data.width }, (_, i) => i);
    const results = await Promise.all(width.map((i) => step.run(`step ${i}`, () => i)));
    tell("fan", "end");
    return results.length;
  }),
];

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
