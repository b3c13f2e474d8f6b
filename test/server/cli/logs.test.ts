/** `stepwell logs` and `stepwell run --logs`, against a real engine with an app in it. */
import { Inngest } from "stepwell";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createServer, type StepwellServer } from "../../../server/src/main.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type Outcome, runCommand } from "./fake-terminal.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let engine: StepwellServer;
let runId: string;
let release: () => void;

beforeAll(async () => {
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const client = new Inngest({ id: "shop", isDev: true, logger: silent });
  const talk = client.createFunction({ id: "talk", triggers: { event: "talk" } }, async ({ step, logger }) => {
    await step.run("say", () => logger.info("hello \u001b[2J", { to: "ana", n: 1 }));
    logger.debug("quiet");
    logger.error({ err: new TypeError("no money") }, "sorry");
    await step.run("wait", () => held);
    for (let n = 0; n < 4; n++) logger.warn(`late ${n}`);
  });
  const limits = { logLinesPerRun: 5 };
  engine = createServer({
    mode: "dev",
    store: null,
    port: 0,
    logger: silent,
    limits,
    apps: [{ client, functions: [talk] }],
  });
  await engine.start();
  const { run_id } = JSON.parse((await run(["invoke", "talk", "--json"])).out);
  runId = run_id;
});

afterAll(() => engine.stop(0));

const run = (args: string[]): Promise<Outcome> => runCommand(args, { env: { STEPWELL_URL: engine.url } });

it("shows lines with their step, fields and stacks, follows them to the end, and says what was left out", async () => {
  // The lines before the step that is under way have come with the checkpoint of the step before, or by themselves.
  await eventually("its lines", async () => (await run(["logs", runId])).out.includes("sorry") || null);
  const following = run(["logs", runId, "--follow"]);
  release();
  const { out, err } = await following;
  expect(out).toMatch(/^[\d:.]{12} INFO {2}say hello �\[2J to=ana n=1$/m);
  expect(out).toMatch(/^[\d:.]{12} ERROR sorry$/m);
  expect(out).toMatch(/^ {4}TypeError: no money$/m);
  expect(out).toMatch(/late 1$/m);
  expect(out).not.toContain("late 2");
  expect(err).toContain("2 lines left out");
});

it("leaves out what is quieter, prints JSON, and shows the log below the run", async () => {
  const loud = (await run(["logs", runId, "--level", "error", "--json"])).out.trim().split("\n");
  expect(loud.map((line) => JSON.parse(line))).toMatchObject([{ level: "error", text: "sorry", attempt: 0 }]);
  expect((await run(["logs", runId, "--level", "loud"])).error?.message).toContain("expected one of trace, debug");
  const shown = (await run(["run", runId, "--logs"])).out;
  expect(shown.indexOf("late 0")).toBeGreaterThan(shown.indexOf("wait"));
  expect(JSON.parse((await run(["run", runId, "--logs", "--json"])).out).logs).toHaveLength(5);
});
