/** An app that costs little: its function has two steps that do nothing. Tells the driver when it has returned. */
import { Inngest } from "stepwell";
import { createServer } from "stepwell/node";

const client = new Inngest({
  id: "bench",
  isDev: true,
  checkpointing: false,
  baseUrl: process.env.ENGINE_URL ?? "",
  logger: { debug() {}, info() {}, warn() {}, error() {} },
});
const two = client.createFunction(
  { id: "two", retries: 0, triggers: [{ event: "bench/two" }] },
  async ({ event, step }) => {
    const a = await step.run("a", () => Number(event.data.n));
    const b = await step.run("b", () => a + 1);
    process.send?.("end");
    return b;
  },
);
const server = createServer({ client, functions: [two] });
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT), "127.0.0.1", () => process.send?.("listening"));
process.on("disconnect", () => process.exit());
