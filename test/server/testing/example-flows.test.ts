/** How apps in the field would test what they do: a month of crons, retries, a debounce, a wait with a timeout, dead letters. */
import { Inngest } from "stepwell";
import { createTestServer, type TestServer, type TestServerOptions } from "stepwell-server/testing";
import { expect, onTestFinished, test, vi } from "vitest";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const newClient = (id: string) =>
  new Inngest({ id, logger: silent, fetch: () => Promise.reject(new Error("a test touched the network")) });

async function open(
  client: Inngest,
  functions: Parameters<typeof createTestServer>[0] extends infer T
    ? T extends { functions: infer F }
      ? F
      : never
    : never,
  options?: TestServerOptions,
): Promise<TestServer> {
  const t = await createTestServer({ client, functions }, options);
  onTestFinished(() => t.stop());
  return t;
}

test("a month of a scan every three hours, which Reddit refuses at first", async () => {
  const client = newClient("pubhub");
  const scans: string[] = [];
  const monitor = client.createFunction(
    { id: "monitor-subreddits", retries: 1, triggers: { cron: "0 */3 * * *" } },
    async ({ step, event }) => {
      await step.run("scan", () => void scans.push(new Date(event.ts).toISOString()));
    },
  );
  const t = await open(client, [monitor], { startAt: "2026-03-01T00:00:00Z" });
  t.failStep("scan", 7, new Error("429 Too Many Requests"));
  await t.advanceTo("2026-04-01T00:00:00Z");
  const runs = await t.runs(monitor);
  expect(runs).toHaveLength(31 * 8);
  const failed = runs.filter(({ status }) => status === "Failed");
  const retried = runs.filter(({ steps }) => steps[0]?.failures.length === 1);
  // Every failure made one try fail; a run fails when both of its tries do.
  expect(failed.length * 2 + retried.length).toBe(7);
  expect(scans).toHaveLength(runs.length - failed.length);
  expect(scans.at(-1)).toBe("2026-04-01T00:00:00.000Z");
});

test("a daily brief: a cron fans out to users, and each step is tried again by itself", async () => {
  const client = newClient("hakivo");
  const calls = vi.fn();
  const daily = client.createFunction({ id: "daily", triggers: { cron: "0 6 * * *" } }, async ({ step }) => {
    const users = await step.run("users", () => ["ana", "ben"]);
    await step.sendEvent(
      "fan-out",
      users.map((user) => ({ name: "brief/requested", data: { user } })),
    );
  });
  const brief = client.createFunction(
    { id: "brief", retries: 3, triggers: { event: "brief/requested" } },
    async ({ event, step }) => {
      const script = await step.run("script", () => {
        calls("script");
        return `for ${event.data.user}`;
      });
      return step.run("audio", () => {
        calls("audio");
        return `${script}.mp3`;
      });
    },
  );
  const t = await open(client, [daily, brief], { startAt: "2026-03-01T05:00:00Z" });
  t.failStep({ function: brief, step: "audio" }, 2, "ElevenLabs timed out");
  await t.advance("2h");
  const runs = await t.runs(brief);
  expect(runs.map(({ output }) => output)).toEqual(["for ana.mp3", "for ben.mp3"]);
  expect(calls.mock.calls.flat().sort()).toEqual(["audio", "audio", "script", "script"]);
  expect(runs.flatMap(({ steps }) => steps.flatMap(({ failures }) => failures))).toHaveLength(2);
});

test("a repository is analysed once, when pushes have stopped coming", async () => {
  const client = newClient("vibe");
  const analyze = client.createFunction(
    { id: "analyze-repo", debounce: { period: "5m", key: "event.data.repo" }, triggers: { event: "repo/pushed" } },
    ({ event }) => event.data.commit,
  );
  const t = await open(client, [analyze]);
  for (const commit of ["a1", "b2", "c3"]) {
    await t.send({ name: "repo/pushed", data: { repo: "stepwell", commit } });
    await t.advance("4m");
  }
  await t.send({ name: "repo/pushed", data: { repo: "other", commit: "z9" } });
  expect(await t.runs(analyze)).toEqual([]);
  await t.advance("5m");
  expect((await t.runs(analyze)).map(({ output, queuedAt }) => [output, queuedAt - Date.UTC(2026, 0, 1)])).toEqual([
    ["c3", 13 * 60_000],
    ["z9", 17 * 60_000],
  ]);
});

test("an approval is waited for a week, and given up without it", async () => {
  const client = newClient("shop");
  const publish = client.createFunction({ id: "publish", triggers: { event: "post/written" } }, async ({ step }) => {
    const approval = await step.waitForEvent("approval", { event: "post/approved", match: "data.id", timeout: "7d" });
    return approval === null ? "given up" : `approved by ${approval.data.by}`;
  });
  const t = await open(client, [publish]);
  await t.send([1, 2].map((id) => ({ name: "post/written", data: { id } })));
  await t.advance("6d");
  await t.send({ name: "post/approved", data: { id: 2, by: "ana" } });
  expect(await t.waitFor(publish)).toMatchObject({ output: "approved by ana" });
  const [waiting] = await t.runs(publish);
  expect(await t.why(waiting ?? "")).toEqual([
    'Step "approval" waits for event post/approved where event.data.id == async.data.id until 2026-01-08T00:00:00.000Z.',
  ]);
  await t.advance("1d");
  expect((await t.runs(publish)).map(({ output }) => output)).toEqual(["given up", "approved by ana"]);
});

test("what fails for good is a dead letter, tells its failure handler, and is retried by hand", async () => {
  const client = newClient("harvester");
  const told = vi.fn();
  const harvest = client.createFunction(
    {
      id: "harvest",
      retries: 2,
      triggers: { event: "tiktok/comment.harvest" },
      onFailure: ({ error, event }) => told(error.message, event.data.run_id),
    },
    ({ step }) => step.run("pages", () => 2),
  );
  const t = await open(client, [harvest]);
  t.failStep("pages", 3, new Error("blocked"));
  const { runs } = await t.send({ name: "tiktok/comment.harvest", data: { video: 1 } });
  await t.advance("1h");
  expect(await t.waitFor(harvest, "Failed")).toMatchObject({ error: { message: "blocked" } });
  expect(told).toHaveBeenCalledExactlyOnceWith("blocked", runs[0]?.id);
  const [letter] = await t.deadLetters();
  expect(letter).toMatchObject({ runId: runs[0]?.id, function: "harvester-harvest", error: { message: "blocked" } });
  const { runId } = await t.server.engine.operations.retryDeadLetter(letter?.runId ?? "", { data: { video: 2 } });
  expect(await t.run(runId)).toMatchObject({ status: "Completed", output: 2, events: [{ data: { video: 2 } }] });
  expect(await t.deadLetters()).toEqual([]);
});

test("the kill switch holds everything, and lets go of it", async () => {
  const client = newClient("harvester");
  const discovery = client.createFunction(
    { id: "discovery", concurrency: 5, triggers: { cron: "*/10 * * * *" } },
    ({ step }) => step.run("discover", () => "videos"),
  );
  const t = await open(client, [discovery]);
  await t.advance("30m");
  await t.pause();
  await t.advance("1h");
  expect(await t.runs(discovery)).toHaveLength(3);
  await t.resume();
  await t.advance("10m");
  // One run for all that it missed, and the next.
  expect(await t.runs(discovery)).toHaveLength(5);
  expect((await t.runs(discovery)).every(({ status }) => status === "Completed")).toBe(true);
});
