/** The log of a run in the test kit: a real engine in memory. */
import { Inngest } from "stepwell";
import { createTestServer } from "stepwell-server/testing";
import { expect, onTestFinished, test } from "vitest";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

test("a run has what its function logged, each line once, with step and attempt, by the engine's clock", async () => {
  const client = new Inngest({ id: "shop", logger: silent });
  let tries = 0;
  const order = client.createFunction(
    { id: "order", triggers: { event: "shop/order" }, retries: 1 },
    async ({ step, logger }) => {
      await step.run("reserve", () => logger.info("reserving", { by: "ana" }));
      await step.run("charge", () => {
        logger.warn("charging");
        if (tries++ === 0) throw new TypeError("no money");
      });
      await step.sleep("rest", "1h");
      logger.debug({ rested: true }, "rested for %s", "an hour");
    },
  );
  const t = await createTestServer({ client, functions: [order] });
  onTestFinished(() => t.stop());
  const { runs } = await t.send({ name: "shop/order" });
  await t.advance("2h");
  const run = await t.run(runs[0]?.id ?? "");
  expect(run.status).toBe("Completed");
  const err = { name: "TypeError", message: "no money", stack: expect.stringContaining("run-logs.test.ts") };
  expect(run.logs.map(({ level, text, fields, step, attempt }) => [level, text, fields, step, attempt])).toEqual([
    ["info", "reserving", { by: "ana" }, "reserve", 0],
    ["warn", "charging", {}, "charge", 0],
    ["error", 'Step "charge" failed.', { err }, "charge", 0],
    ["warn", "charging", {}, "charge", 1],
    ["debug", "rested for an hour", { rested: true }, null, 0],
  ]);
  expect(run.logs[0]?.at).toBe(runs[0]?.startedAt);
  expect((run.logs.at(-1)?.at ?? 0) - (run.logs.at(-2)?.at ?? 0)).toBe(3_600_000);
});

test("a run's log is bounded, and says how much it left out", async () => {
  const client = new Inngest({ id: "shop", logger: silent });
  const talk = client.createFunction({ id: "talk", triggers: { event: "talk" } }, async ({ step, logger }) => {
    for (const part of ["a", "b", "c"]) await step.run(part, () => logger.info(part));
  });
  const t = await createTestServer({ client, functions: [talk] }, { limits: { logLinesPerRun: 2 } });
  onTestFinished(() => t.stop());
  const { runs } = await t.send({ name: "talk" });
  const { id, status, logs } = await t.run(runs[0]?.id ?? "");
  expect([status, logs.map(({ text }) => text)]).toEqual(["Completed", ["a", "b"]]);
  const { leftOut } = await t.server.store.listLogs({ runId: id, after: 0, limit: 10 });
  expect(leftOut).toBe(1);
});
