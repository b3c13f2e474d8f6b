// Engine and app in one process, as a small app has them. Sends what the driver asks it to, and tells when it did.
import { Inngest } from "stepwell";
import { createServer } from "stepwell-server";
import { createFunctions, tell } from "./functions.mjs";

const client = new Inngest({ id: "bench", logger: { debug() {}, info() {}, warn() {}, error() {} } });
const server = createServer({ store: process.env.STORE, apps: [{ client, functions: createFunctions(client) }] });
await server.start();
process.on("message", async (events) => {
  tell("", "sent");
  await client.send(events);
  tell("", "stored");
});
process.on("disconnect", () => process.exit());
process.send?.({ moment: "listening" });
