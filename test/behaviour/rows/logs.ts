/** Rows about what functions write with their loggers. */
import { expect } from "vitest";
import type { Row } from "../row.ts";

const noLogs = "sends no logs: the published SDK writes them where the app runs, and nowhere else";

export const logRows: Row[] = [
  {
    name: "what a function logs is kept with its run and step, each line once, over replays, retries and a restart",
    alsoWithoutCheckpoints: true,
    durable: true,
    notIn: { inngest4: noLogs, inngest3: noLogs },
    functions: ({ fn, world }) => {
      fn({ id: "f", retries: 1 }, async ({ step, logger }) => {
        await step.run("a", () => logger.info("in a", { n: 1 }));
        logger.debug("not said by default");
        logger.warn("between");
        await Promise.all(["b", "c"].map((id) => step.run(id, () => logger.info(`in ${id}`))));
        await step.sleep("rest", "1h");
        if (world.count("woke") === 0) {
          world.note("woke");
          throw new Error("not yet");
        }
        logger.info("end");
      });
    },
    async check(world) {
      await world.send("test/f");
      await world.restart("1s");
      await world.advance("3h");
      const { run_id, status } = await world.run("f");
      expect(status).toBe("Completed");
      const lines: Record<string, unknown>[] = await world.ask("GET", `/v2/runs/${run_id}/logs`);
      const said = lines.map(({ level, text, stepName, attempt }) => [level, text, stepName, attempt]);
      const parallel = said.filter(([, text]) => text === "in b" || text === "in c");
      expect(parallel.map(([, text, name]) => [text, name]).sort()).toEqual([
        ["in b", "b"],
        ["in c", "c"],
      ]);
      expect(said.filter((line) => !parallel.includes(line) && line[0] !== "debug")).toEqual([
        ["info", "in a", "a", 0],
        ["warn", "between", null, 0],
        ["error", "The function failed.", null, 0],
        ["info", "end", null, 1],
      ]);
      expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1));
      expect(lines[0]).toMatchObject({ fields: { n: 1 } });
      const rest = await world.ask("GET", `/v2/runs/${run_id}/logs?cursor=1&limit=1&level=warn`);
      expect(rest).toMatchObject([{ number: expect.any(Number), text: "between" }]);
    },
  },
  {
    name: "more than a run's log may hold is left out and counted, and ends no run",
    notIn: { inngest4: noLogs, inngest3: noLogs },
    engine: { limits: { logLinesPerRun: 3 } },
    functions: ({ fn }) => {
      fn("f", async ({ step, logger }) => {
        await step.run("a", () => logger.info("a1"));
        for (const n of [1, 2, 3, 4]) logger.info(`b${n}`);
        return "done";
      });
    },
    async check(world) {
      await world.send("test/f");
      const { run_id, output } = await world.run("f");
      expect(output).toBe("done");
      const texts = (await world.ask("GET", `/v2/runs/${run_id}/logs`)).map(({ text }: { text: string }) => text);
      expect(texts).toEqual(["a1", "b1", "b2"]);
      const { leftOut } = await world.server.store.listLogs({ runId: run_id, after: 0, limit: 1 });
      expect(leftOut).toBe(2);
    },
  },
  {
    name: "what a published SDK's function logs changes nothing: its calls and answers are as they are without logs",
    notIn: { stepwell: "sends logs", embedded: "sends logs" },
    functions: ({ fn }) => {
      fn("f", async ({ step, logger }) => {
        logger.info("begin");
        return step.run("a", () => 1);
      });
    },
    async check(world) {
      await world.send("test/f");
      const { run_id, output } = await world.run("f");
      expect(output).toBe(1);
      expect(await world.ask("GET", `/v2/runs/${run_id}/logs`)).toEqual([]);
    },
  },
];
