/** The app of the kill tests: its functions tell the test of every execution of a step. Run as a process. */
import { Inngest } from "stepwell";
import { serveApp } from "./serve-app.ts";

/** `stage` counts the waves of steps in a run: a step of a later stage begins only when all earlier ones are stored. */
const mark = (step: string, n: number, stage: number): void => {
  process.send?.({ step, n, stage, at: Date.now() });
};
const client = new Inngest({
  id: "kill",
  isDev: true,
  baseUrl: process.env.ENGINE_URL ?? "",
  logger: { debug() {}, info() {}, warn() {}, error() {} },
});

const three = client.createFunction({ id: "three", triggers: [{ event: "kill/three" }] }, async ({ event, step }) => {
  const n = event.data.n as number;
  const done: string[] = [];
  for (const [stage, name] of ["a", "b", "c"].entries()) {
    done.push(
      await step.run(name, () => {
        mark(name, n, stage);
        return `${name}${n}`;
      }),
    );
  }
  mark("end", n, 3);
  return done.join();
});

const fan = client.createFunction({ id: "fan", triggers: [{ event: "kill/fan" }] }, async ({ event, step }) => {
  const n = event.data.n as number;
  const parts = await Promise.all(
    ["p", "q", "r", "s"].map((name) =>
      step.run(name, () => {
        mark(name, n, 0);
        return `${name}${n}`;
      }),
    ),
  );
  await step.run("sum", () => mark("sum", n, 1));
  mark("end", n, 2);
  return parts.join();
});

const nap = client.createFunction({ id: "nap", triggers: [{ event: "kill/nap" }] }, async ({ event, step }) => {
  const n = event.data.n as number;
  await step.run("before", () => mark("before", n, 0));
  await step.sleep("nap", "1s");
  const text = await step.run("after", () => {
    mark("after", n, 1);
    return `after${n}`;
  });
  mark("end", n, 2);
  return text;
});

/** Its middle step takes as long as the test says, the first time the process runs it. */
const slow = client.createFunction(
  { id: "slow", retries: 20, triggers: [{ event: "kill/slow" }] },
  async ({ event, step }) => {
    const n = event.data.n as number;
    await step.run("before", () => mark("before", n, 0));
    await step.run("middle", async () => {
      mark("middle", n, 1);
      if (process.env.HANG === "1") await new Promise((resolve) => setTimeout(resolve, 60_000));
    });
    await step.run("after", () => mark("after", n, 2));
    return "done";
  },
);

serveApp({ client, functions: [three, fan, nap, slow] });
