/** inngest 4 saves steps while its call goes on. When its process dies, the saved ones are not run again. */
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { startAppProcess } from "../helpers/app-process.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { startLocalEngine } from "../helpers/local-engine.ts";

test("inngest 4, checkpointing on: a process that dies between checkpoints resumes after the last one", async () => {
  const { server, api } = await startLocalEngine({ retryIntervalMs: 500 });
  const port = await freePort();
  const marks: string[] = [];
  const start = async (hang: "0" | "1") => {
    const app = await startAppProcess(
      fileURLToPath(new URL("./checkpoint-app.mjs", import.meta.url)),
      { PORT: String(port), ENGINE_URL: server.url, HANG: hang },
      (mark) => marks.push(String(mark)),
    );
    onTestFinished(() => app.kill());
    return app;
  };
  const first = await start("1");
  expect(await server.engine.syncUrl(`http://127.0.0.1:${port}/api/inngest`)).toMatchObject({ kind: "registered" });
  const [id] = await api.send({ name: "checkpoint/steps" });
  await eventually("the hanging step", () => (marks.includes("hang") ? true : null));
  const [run] = await api.runsOfEvent(id!);
  const saved = (await api.steps(run!.run_id)).filter((step) => step.status === "Completed").map((step) => step.name);
  expect(saved).toEqual(["one", "two", "three"]);
  await first.kill();
  await start("0");
  const [ended] = await api.endedRuns(id!);
  expect(ended).toMatchObject({ status: "Completed", output: ["one", "two", "three", "last"] });
  expect(marks).toEqual(["one", "two", "three", "hang", "hang", "last"]);
});
