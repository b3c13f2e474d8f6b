// The app of checkpoint-crash.test.ts, with the published SDK and checkpointing as by default. A process that is killed.
import { Inngest } from "inngest-v4";
import { createServer } from "inngest-v4/node";

const client = new Inngest({
  id: "checkpoint",
  isDev: true,
  baseUrl: process.env.ENGINE_URL,
  logger: { debug() {}, info() {}, warn() {}, error() {} },
});
const mark = (step) => process.send?.(step);
const steps = client.createFunction(
  { id: "steps", retries: 20, triggers: [{ event: "checkpoint/steps" }] },
  async ({ step }) => {
    const out = [];
    for (const name of ["one", "two", "three"]) {
      out.push(
        await step.run(name, () => {
          mark(name);
          return name;
        }),
      );
    }
    await step.run("hang", async () => {
      mark("hang");
      if (process.env.HANG === "1") await new Promise((resolve) => setTimeout(resolve, 60_000));
    });
    out.push(
      await step.run("last", () => {
        mark("last");
        return "last";
      }),
    );
    return out;
  },
);

const server = createServer({ client, functions: [steps] });
server.listen(Number(process.env.PORT), "127.0.0.1", () => process.send?.("listening"));
process.on("disconnect", () => process.exit());
