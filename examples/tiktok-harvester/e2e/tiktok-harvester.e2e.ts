/** The promises of the seed, from outside: engine and app are processes, Postgres and the services outside are real. */
import { afterAll, describe, expect, it } from "vitest";
import { eventually } from "../../../test/helpers/eventually.ts";
import { usesPublishedSdk } from "../../../test/helpers/example-app.ts";
import { createStage, harvested, type Stage, stopPostgres } from "./stage.ts";

afterAll(stopPostgres);

const why = { reason: "High error rate detected", requestedBy: "admin@company.com" };
const discover = { action: "trigger_discovery", limit: 50, forceRefresh: false };

async function untilHarvested(stage: Stage): Promise<void> {
  await eventually("all domains", async () => Object.keys(await stage.domains()).length === 3 || null);
  expect(await stage.domains()).toEqual(harvested);
}

describe("jobs", () => {
  it("discover videos on demand, read two pages of comments of each, and take out the domains", async () => {
    const stage = await createStage();
    const { status, body } = await stage.admin("POST", "jobs", discover);
    expect([status, body]).toEqual([
      200,
      { success: true, data: { action: "trigger_discovery", eventIds: [expect.any(String)] } },
    ]);
    await untilHarvested(stage);
    expect(stage.outside.requests.filter((one) => one.includes("cats"))).toEqual([
      "/videos/cats/comments?page=1",
      "/videos/cats/comments?page=2",
    ]);
    await stage.quiet();
    // Known videos are left alone, unless they are to be read again.
    await stage.admin("POST", "jobs", discover);
    await stage.quiet();
    expect(await stage.runsOf("comment-harvest")).toHaveLength(3);
    await stage.admin("POST", "jobs", { ...discover, videoId: "cats", forceRefresh: true });
    await eventually("a harvest more", async () => (await stage.runsOf("comment-harvest")).length === 4 || null);
    await stage.admin("POST", "jobs", { action: "trigger_harvesting", videoId: "dogs", maxPages: 1 });
    await eventually("one more", async () => (await stage.runsOf("comment-harvest")).length === 5 || null);
  });

  it("are registered with the seed's schedules and limits", async () => {
    const stage = await createStage();
    const triggers = async (job: string) => {
      const response = await stage.api.fetch(`/v2/functions/tiktok-domain-harvester-${job}`);
      const { data } = (await response.json()) as {
        data: { triggers: { cron?: string }[]; configuration: { retries: number; concurrency: { limit: number }[] } };
      };
      const { retries, concurrency } = data.configuration;
      return [data.triggers.find(({ cron }) => cron)?.cron, retries + 1, concurrency[0]?.limit];
    };
    expect(await triggers("video-discovery-scheduled")).toEqual(["*/10 * * * *", 3, 5]);
    expect(await triggers("comment-harvest")).toEqual([undefined, 3, 10]);
    expect(await triggers("domain-extract")).toEqual([undefined, 3, 50]);
    expect(await triggers("system-health-check")).toEqual(["*/5 * * * *", 1, undefined]);
    expect(await triggers("maintenance-cleanup")).toEqual(["0 2 * * 0", 3, undefined]);
  });

  it("extract domains 50 at once", async () => {
    const stage = await createStage();
    await stage.admin("POST", "jobs", discover);
    await untilHarvested(stage);
    await stage.quiet();
    // What holds this lock holds up every extraction where it writes.
    await stage.database.query("BEGIN; LOCK TABLE domains IN ACCESS EXCLUSIVE MODE");
    const event = { name: "tiktok/domain.extract", data: { videoId: "cats" } };
    await stage.api.send(Array.from({ length: 60 }, () => event));
    const inPostgres = "SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted AND relation = 'domains'::regclass";
    const waiting = async (): Promise<number> =>
      (await stage.database.query<{ n: number }>(inPostgres)).rows[0]?.n ?? 0;
    await eventually("50 extractions at work", async () => (await waiting()) === 50 || null);
    const statuses = (await stage.runsOf("domain-extract")).map(({ status }) => status);
    expect(statuses.filter((status) => status === "QUEUED")).toHaveLength(10);
    expect(await waiting()).toBe(50);
    await stage.database.query("COMMIT");
    await stage.quiet();
    expect(await stage.runsOf("domain-extract")).toHaveLength(63);
  });

  it("wait when they are told to, and delete what is old", async () => {
    const stage = await createStage();
    stage.outside.busy = 1;
    await stage.admin("POST", "jobs", discover);
    await untilHarvested(stage);
    await stage.quiet();
    await stage.database.query("UPDATE videos SET found_at = now() - interval '91 days' WHERE id = 'cats'");
    await stage.api.send({ name: "tiktok/maintenance.cleanup", data: {} });
    await stage.quiet();
    expect(Object.keys(await stage.domains()).sort()).toEqual(["birds", "dogs"]);
  });

  it("go on after engine and app were killed in the middle", async () => {
    const stage = await createStage();
    stage.outside.broken.set("birds", "stall");
    await stage.admin("POST", "jobs", discover);
    await eventually("a harvest that hangs", () => stage.outside.stalled() > 0 || null);
    await stage.killEngine();
    stage.outside.broken.clear();
    await stage.app.kill();
    await stage.startEngine();
    await stage.app.restart();
    await untilHarvested(stage);
    expect((await stage.database.query("SELECT 1 FROM comments")).rows).toHaveLength(3 * 6);
  });
});

describe("the kill switch", () => {
  it("ends what runs at once, holds what comes, and lets the health check run", async () => {
    const stage = await createStage();
    stage.outside.broken.set("birds", "stall");
    await stage.admin("POST", "jobs", discover);
    await eventually("a harvest that hangs", () => stage.outside.stalled() > 0 || null);
    const { body } = await stage.admin<object>("POST", "kill-switch", why);
    expect(body.data).toMatchObject({ active: true, ...why, since: expect.any(String) });
    const running = await eventually("the end of the harvest", async () => {
      const open = (await stage.runsOf("comment-harvest")).filter(({ status }) => status === "RUNNING");
      return open.length === 0 ? open : null;
    });
    expect(running).toEqual([]);
    stage.outside.broken.clear();
    const before = (await stage.runsOf("comment-harvest")).length;
    await stage.admin("POST", "jobs", { ...discover, forceRefresh: true });
    await stage.api.send({ name: "tiktok/system.health_check", data: {} });
    if (!usesPublishedSdk) {
      const check = await eventually("the health check", async () => {
        const [run] = await stage.runsOf("system-health-check");
        return run?.status === "COMPLETED" ? run : null;
      });
      const { output } = await stage.api.run(check.id);
      expect(output).toMatchObject({ status: "unhealthy", killSwitch: { active: true } });
    }
    expect((await stage.runsOf("video-discovery-manual")).map(({ status }) => status)).toContain("QUEUED");
    expect(await stage.runsOf("comment-harvest")).toHaveLength(before);
    expect((await stage.admin<object>("GET", "kill-switch")).body.data).toMatchObject({ active: true });
    const off = await stage.admin<object>("DELETE", "kill-switch", { ...why, reason: "Issue resolved" });
    expect(off.body.data).toMatchObject({ active: false, reason: null });
    await untilHarvested(stage);
  });

  it("is switched by an event too", async () => {
    const stage = await createStage();
    await stage.api.send({ name: "tiktok/system.kill_switch", data: { action: "activate", ...why } });
    const active = async (): Promise<boolean> =>
      (await stage.admin<{ active: boolean }>("GET", "kill-switch")).body.data.active;
    await eventually("the kill switch", async () => (await active()) || null);
  });
});

describe("the admin API", () => {
  it("shows figures and logs, and lists and retries dead letters", async () => {
    const stage = await createStage();
    stage.outside.broken.set("birds", 500);
    await stage.admin("POST", "jobs", discover);
    const letters = await eventually("the dead letter", async () => {
      const { body } = await stage.admin<{ id: string; job: string }[]>("GET", "dead-letter-queue?status=pending");
      return body.data.length > 0 ? body.data : null;
    });
    expect(letters).toMatchObject([
      { job: "comment-harvest", status: "pending", error: { message: expect.stringContaining("answered 500") } },
    ]);
    stage.outside.broken.clear();
    const dlqId = letters[0]?.id ?? "";
    expect((await stage.admin("POST", "dead-letter-queue/retry", { dlqId })).status).toBe(200);
    await untilHarvested(stage);
    await stage.quiet();
    expect((await stage.admin("GET", "dead-letter-queue")).body.data).toEqual([]);
    expect((await stage.admin("POST", "dead-letter-queue/retry", { dlqId })).status).toBe(404);
    const shown = await eventually("the figures", async () => {
      const { body } = await stage.admin<{ metrics: object[]; recentLogs: { text: string }[]; health: object }>(
        "GET",
        "jobs?type=harvesting&hours=24",
      );
      const [first] = body.data.metrics as { completed: number }[];
      return first?.completed === 3 ? body.data : null;
    });
    expect(shown.metrics).toMatchObject([
      {
        job: "comment-harvest",
        successRate: 0.75,
        completed: 3,
        failed: 1,
        queued: 0,
        running: 0,
        lastSuccessAt: expect.any(String),
      },
    ]);
    expect(shown.health).toMatchObject({ killSwitch: { active: false }, deadLetters: 0 });
    if (!usesPublishedSdk) expect(shown.recentLogs.map(({ text }) => text)).toContain("comments harvested");
  });

  it("answers nobody without its key, and says what a request must look like", async () => {
    const stage = await createStage();
    const routes = [
      ["GET", "jobs"],
      ["POST", "jobs"],
      ["GET", "kill-switch"],
      ["POST", "kill-switch"],
      ["DELETE", "kill-switch"],
      ["GET", "config"],
      ["POST", "config"],
      ["GET", "dead-letter-queue"],
      ["POST", "dead-letter-queue/retry"],
    ] as const;
    for (const [method, path] of routes) {
      const refused = await stage.admin(method, path, method === "GET" ? undefined : {}, "wrong");
      expect([method, path, refused.status, refused.body.success]).toEqual([method, path, 401, false]);
      if (method === "GET") continue;
      const bad = await stage.admin(method, path, { nothing: 1 });
      expect([method, path, bad.status, bad.body.error]).toEqual([
        method,
        path,
        400,
        expect.stringContaining("Expected a body"),
      ]);
    }
    for (const path of ["jobs?type=sleeping", "jobs?hours=-1", "dead-letter-queue?status=done"])
      expect([path, (await stage.admin("GET", path)).status]).toEqual([path, 400]);
    expect((await stage.admin("POST", "config", { key: "x", value: 1, description: "y" })).body.error).toContain(
      "max_concurrent",
    );
    const call = await fetch(`${stage.app.url}/api/inngest?fnId=tiktok-domain-harvester-comment-harvest&stepId=step`, {
      method: "POST",
      body: "{}",
    });
    expect(call.status).toBe(401);
    const [bad = ""] = await stage.api.send({ name: "tiktok/comment.harvest", data: { videoId: "cats", maxPages: 3 } });
    expect((await stage.api.endedRuns(bad))[0]?.status).toBe("Failed");
  });
});

describe("the configuration", () => {
  it("changes how many run at once while they run", async () => {
    const stage = await createStage();
    for (const id of ["a", "b", "c"]) stage.outside.broken.set(id, "stall");
    const change = { key: "max_concurrent_harvesting_jobs", value: 1, description: "Slow worker service" };
    expect((await stage.admin("POST", "config", change)).body.data).toEqual(change);
    expect((await stage.admin("GET", "config")).body.data).toEqual([
      { key: "max_concurrent_discovery_jobs", value: 5, description: null },
      change,
    ]);
    await stage.api.send(["a", "b", "c"].map((videoId) => ({ name: "tiktok/comment.harvest", data: { videoId } })));
    await eventually("one harvest", () => stage.outside.stalled() === 1 || null);
    expect((await stage.runsOf("comment-harvest")).map(({ status }) => status).sort()).toEqual([
      "QUEUED",
      "QUEUED",
      "RUNNING",
    ]);
    await stage.admin("POST", "config", { ...change, value: 3 });
    await eventually("three harvests", () => stage.outside.stalled() === 3 || null);
  });
});

describe("alerts", () => {
  it("of all five kinds are set up, and go to a webhook and to Slack", async () => {
    const stage = await createStage();
    expect((await stage.admin("POST", "config", { action: "set_up_alerts" })).status).toBe(200);
    await stage.admin("POST", "config", { action: "set_up_alerts" });
    const response = await stage.api.fetch("/v2/alerts/rules?limit=100");
    const { data: rules } = (await response.json()) as { data: object[] };
    expect(rules).toHaveLength(5);
    expect(rules).toMatchObject([
      { condition: "kill-switch", channels: [expect.anything(), expect.anything()] },
      { condition: "no-success", windowMs: 30 * 60_000, function: "tiktok-domain-harvester-video-discovery-scheduled" },
      { condition: "no-success", windowMs: 60 * 60_000, function: "tiktok-domain-harvester-comment-harvest" },
      { condition: "success-rate", threshold: 70 },
      { condition: "dead-letters", threshold: 10 },
    ]);
    // Ten harvests fail for good: the success rate falls, and the dead letters are too many.
    for (let n = 1; n <= 10; n++) stage.outside.broken.set(`v${n}`, 404);
    await stage.api.send(
      Array.from({ length: 10 }, (_, n) => ({ name: "tiktok/comment.harvest", data: { videoId: `v${n + 1}` } })),
    );
    await eventually("ten dead letters", async () => {
      const { body } = await stage.admin<unknown[]>("GET", "dead-letter-queue");
      return body.data.length === 10 || null;
    });
    await stage.admin("POST", "kill-switch", why);
    const conditions = () => new Set(stage.outside.alerts.map(({ data }) => (data as { condition: string }).condition));
    await eventually("the alerts", () => conditions().size === 3 || null);
    expect([...conditions()].sort()).toEqual(["dead-letters", "kill-switch", "success-rate"]);
    await eventually("the same in Slack", () => stage.outside.slack.length >= 3 || null);
    expect(JSON.stringify(stage.outside.slack)).toContain("attachments");
  });
});
