/** The app dies in the middle of a step and comes back: the run goes on where it was. */
import { expect, onTestFinished, test } from "vitest";
import { startAppProcess } from "../helpers/app-process.ts";
import { bundledProgram } from "../helpers/bundled-program.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { startLocalEngine } from "../helpers/local-engine.ts";

const program = await bundledProgram("test/e2e/kill-app.ts");

test("an app that is killed in the middle of a step and restarted finishes its run", async () => {
  const { server, api } = await startLocalEngine({ retryIntervalMs: 500 });
  const port = await freePort();
  const marks: string[] = [];
  const start = async (hang: "0" | "1") => {
    const app = await startAppProcess(program, { PORT: String(port), ENGINE_URL: server.url, HANG: hang }, (mark) =>
      marks.push((mark as { step: string }).step),
    );
    onTestFinished(() => app.kill());
    return app;
  };
  const first = await start("1");
  expect(await server.engine.syncUrl(`http://127.0.0.1:${port}/api/inngest`)).toMatchObject({ kind: "registered" });
  const [id] = await api.send({ name: "kill/slow", data: { n: 1 } });
  await eventually("the middle step", () => (marks.includes("middle") ? true : null));
  await first.kill();
  await start("0");
  const [run] = await api.endedRuns(id!);
  expect(run).toMatchObject({ status: "Completed", output: "done" });
  expect(marks).toEqual(["before", "middle", "middle", "after"]);
});
