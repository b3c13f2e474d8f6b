// The functions that every column of the benchmark runs. Each tells the driver of the moments that a user's code sees.

/** Milliseconds since 1970 with fractions: comparable between processes of one machine. */
export const now = () => performance.timeOrigin + performance.now();

export const tell = (fn, moment) => process.send?.({ fn, moment, at: now() });

export const createFunctions = (client) => [
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
