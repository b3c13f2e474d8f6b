/** What PubHub promises beside scans: its health, sign-in, the monitor, AI and the admins' figures. Each test is a row of the table in README.md. */
import { beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../../test/helpers/eventually.ts";
import { type Stage, sharedStage } from "./stage.ts";

const current = sharedStage();
let stage: Stage;
beforeEach(() => {
  stage = current();
});

describe("the app", () => {
  test("answers for its health", async () => {
    const response = await fetch(`${stage.appApi}/health`);
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: "ok", timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), message: "PubHub API is running" },
    ]);
  });

  test("lets nobody in without a session of Clerk", async () => {
    const projects = `${stage.appApi}/projects`;
    const token = await stage.outside.clerk.tokenOf("ana");
    const status = async (headers: Record<string, string>) => (await fetch(projects, { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: `Bearer ${token.slice(0, -4)}AAAA` })).toBe(401);
    expect(await status({ authorization: `Bearer ${token}` })).toBe(200);
  });

  test("has its four functions at the engine, with their crons and limits", async () => {
    const { data: functions } = (await (await stage.api.fetch("/v2/functions")).json()) as {
      data: { slug: string; triggers: object[] }[];
    };
    const slugs = functions.map(({ slug }) => slug).filter((slug) => !slug.endsWith("-failure"));
    expect(slugs.sort()).toEqual([
      "pubhub-ai-generate-response",
      "pubhub-project-generate-keywords",
      "pubhub-reddit-monitor-subreddits",
      "pubhub-reddit-scan-subreddits",
    ]);
    expect(JSON.stringify(functions)).toContain("*/15 * * * *");
  });
});

describe("the monitor", () => {
  test("adds new posts of active projects, and goes on when one project fails", async () => {
    const [ana, lonely] = [await stage.user("monitor-ana"), await stage.user("monitor-lonely", false)];
    const id = await stage.project(ana, ["watched"]);
    const other = await stage.project(lonely, ["watched"]);
    stage.outside.reddit.post("watched", { title: "a queue that nobody looked for" });
    const response = await stage.api.fetch("/invoke/pubhub-reddit-monitor-subreddits", {
      method: "POST",
      body: '{"data":{}}',
    });
    expect(response.status).toBe(200);
    await eventually("the item", async () => (await ana.getFeed(id)).length || null, 50);
    expect((await ana.getState(id)).project?.last_scan).not.toBeNull();
    const run = await eventually("the end of the round", async () => {
      const [found] = await stage.api.runs("?function=pubhub-reddit-monitor-subreddits");
      return found?.status === "Completed" ? found : null;
    });
    expect(run.output).toMatchObject({ failed: expect.any(Number) });
    expect((run.output as { failed: number }).failed).toBeGreaterThanOrEqual(1);
    expect((await lonely.getState(other)).project?.last_scan).toBeNull();
    expect(stage.app.output()).toMatch(/\[Inngest\]\[Monitor\] \d+ projects monitored, \d+ new items/);
  });
});

describe("AI", () => {
  test("writes a response into the feed item, in the persona of the project", async () => {
    const ana = await stage.user("ai-ana");
    const id = await stage.project(ana, ["asking"]);
    stage.outside.reddit.post("asking", { title: "Which queue is best?" });
    await ana.scanHistory(id, ["asking"]);
    await stage.endedScan(ana, id);
    const [item] = await ana.getFeed(id);
    expect(await ana.generateResponse(id, item?.id ?? "")).toMatchObject({ status: "generating" });
    const answered = await eventually(
      "a response",
      async () => (await ana.getFeed(id)).find(({ ai_response: text }) => text) ?? null,
      50,
    );
    expect(answered).toMatchObject({
      ai_response: 'Thanks for asking about "Which queue is best?".',
      ai_response_error: null,
    });
    expect(Date.parse(answered.ai_response_at ?? "")).toBeGreaterThan(0);
    expect(stage.outside.ai.asked.at(-1)).toContain("Be kind.");
    stage.outside.ai.azureBroken = 100;
    await ana.generateResponse(id, item?.id ?? "");
    const failed = await eventually(
      "an error",
      async () => (await ana.getFeed(id)).find(({ ai_response_error: text }) => text) ?? null,
      50,
    );
    expect(failed.ai_response_error).toBe("Azure OpenAI answered with 500.");
  });

  test("writes fifty responses an hour for each user, and says so to who wants more", async () => {
    const ana = await stage.user("fifty-ana");
    const id = await stage.project(ana, ["asking"]);
    await ana.scanHistory(id, ["asking"]);
    await stage.endedScan(ana, id);
    const item = (await ana.getFeed(id))[0]?.id ?? "";
    for (let n = 1; n <= 50; n += 1) await ana.generateResponse(id, item);
    await expect(ana.generateResponse(id, item)).rejects.toThrow("50 responses an hour are allowed. Try again later.");
    expect((await ana.getFeed(id))[0]?.ai_response_error).toBe("50 responses an hour are allowed. Try again later.");
  });

  test("finds the keywords of a new project, and words are counted when it fails", async () => {
    const ana = await stage.user("words-ana", false);
    const id = await stage.project(ana, []);
    expect((await ana.getState(id)).project?.keywords).toEqual(["queue", "jobs", "durable"]);
    stage.outside.ai.openRouterBroken = 2;
    const { id: other } = await ana.createProject({
      name: "Tea",
      description: "Green tea, black tea and teapots",
      persona: "",
      subreddits: [],
    });
    const keywords = await eventually("keywords", async () => {
      const found = (await ana.getState(other)).project?.keywords ?? [];
      return found.length > 0 ? found : null;
    });
    expect(keywords).toEqual(["tea", "green", "black", "teapots"]);
    const run = await eventually("the end of its run", async () => {
      const [found] = await stage.runsOf("project-generate-keywords", other);
      return found?.status === "Completed" ? found : null;
    });
    expect(run.output).toMatchObject({ by: "regex" });
  });
});

describe("admins", () => {
  test("see how the functions went, and nobody else does", async () => {
    const admin = await stage.user("eva", false);
    await stage.project(admin, []);
    const figures = await eventually(
      "figures",
      async () => {
        const found = await admin.metrics();
        return found.some(
          ({ function: name, completed }) => name.endsWith("project-generate-keywords") && completed > 0,
        )
          ? found
          : null;
      },
      100,
    );
    expect(figures.find(({ function: name }) => name.endsWith("project-generate-keywords"))).toMatchObject({
      started: expect.any(Number),
      retries: expect.any(Number),
      waiting: expect.any(Number),
    });
    await expect((await stage.user("ana", false)).metrics()).rejects.toThrow("Only admins may see this.");
  });
});
