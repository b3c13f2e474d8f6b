/** The app of the kill tests: functions of three steps that tell the test of every execution. Run as a process. */
import { Inngest } from "stepwell";
import { createServer } from "stepwell/node";

const mark = (step: string, n: number): void => {
  process.send?.({ step, n });
};
const client = new Inngest({
  id: "kill",
  isDev: true,
  baseUrl: process.env.ENGINE_URL ?? "",
  logger: { debug() {}, info() {}, warn() {}, error() {} },
});

const three = client.createFunction({ id: "three", triggers: [{ event: "kill/three" }] }, async ({ event, step }) => {
  const n = event.data.n as number;
  const names = ["a", "b", "c"];
  const done: string[] = [];
  for (const name of names) {
    done.push(
      await step.run(name, () => {
        mark(name, n);
        return `${name}${n}`;
      }),
    );
  }
  mark("end", n);
  return done;
});

/** Its middle step takes as long as the test says, the first time the process runs it. */
const slow = client.createFunction(
  { id: "slow", retries: 20, triggers: [{ event: "kill/slow" }] },
  async ({ event, step }) => {
    const n = event.data.n as number;
    await step.run("before", () => mark("before", n));
    await step.run("middle", async () => {
      mark("middle", n);
      if (process.env.HANG === "1") await new Promise((resolve) => setTimeout(resolve, 60_000));
    });
    await step.run("after", () => mark("after", n));
    return "done";
  },
);

const server = createServer({ client, functions: [three, slow] });
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT), "127.0.0.1", () => process.send?.("listening"));
process.on("disconnect", () => process.exit());
