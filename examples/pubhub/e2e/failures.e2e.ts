/** What PubHub does when engine and app die, and with events and calls that are bad. Each test is a row of the table in README.md. */
import { beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../../test/helpers/eventually.ts";
import { mailsAbout, type Stage, sharedStage, until } from "./stage.ts";

const current = sharedStage();
let stage: Stage;
beforeEach(() => {
  stage = current();
});

describe("what goes wrong", () => {
  test("engine and app killed in mid-run: the scan ends, each item is there once, no finished step runs again", async () => {
    const { reddit } = stage.outside;
    const ana = await stage.user("killed-ana");
    const id = await stage.project(ana, ["first", "second"], "Killed");
    reddit.post("first", { title: "first queue" });
    reddit.post("second", { title: "second queue" });
    reddit.held.add("second");
    reddit.asked.length = 0;
    await ana.scanHistory(id, ["first", "second"]);
    await eventually(
      "the first subreddit's result",
      async () => (await ana.getState(id)).scans[0]?.parts.length || null,
      50,
    );
    await stage.killEngine();
    await stage.app.kill();
    reddit.release();
    await stage.app.restart();
    // Nothing can be started without an engine, and the user hears it.
    await expect(ana.scanHistory(id, ["first"])).rejects.toThrow(
      "The job engine cannot be reached, so nothing was started.",
    );
    await stage.startEngine();
    const scan = await eventually(
      "the end of the scan",
      async () => {
        const found = (await ana.getState(id)).scans.find(({ subreddits }) => subreddits.length === 2);
        return found?.status === "scanning" ? null : found;
      },
      50,
    );
    expect(scan).toMatchObject({ status: "completed", newItems: 2, error: null });
    expect((await ana.getFeed(id)).map(({ title }) => title).sort()).toEqual(["first queue", "second queue"]);
    await until("one mail", () => mailsAbout(stage, "The scan for Killed found 2 new items").length > 0);
    expect(
      new Set(mailsAbout(stage, "The scan for Killed").map(({ raw }) => raw.match(/^Message-ID: (.*)$/im)?.[1])).size,
    ).toBe(1);
    const runs = await eventually("the end of its run", async () => {
      const found = await stage.runsOf("reddit-scan-subreddits", id);
      return found.every(({ status }) => status === "Completed") ? found : null;
    });
    expect(runs).toHaveLength(1);
  });

  test("bad events are refused, or fail at once with what is wrong with them", async () => {
    const { api } = stage;
    const post = (key: string, body: string) => fetch(`${api.url}/e/${key}`, { method: "POST", body });
    expect((await post("event-key-of-pubhub", "{not json")).status).toBe(400);
    expect((await post("event-key-of-pubhub", '{"data":{}}')).status).toBe(400);
    expect((await post("wrong-key", '{"name":"reddit/scan.requested","data":{}}')).status).toBe(401);
    const [eventId = ""] = await api.send({ name: "reddit/scan.requested", data: { projectId: 5, subreddits: [] } });
    const [run] = await api.endedRuns(eventId);
    expect(run).toMatchObject({ status: "Failed" });
    const why = JSON.stringify(run?.output);
    expect(why).toContain("The event reddit/scan.requested cannot be used. scanId:");
    const [stranger = ""] = await api.send({
      name: "ai/response.generate",
      data: { projectId: "nobody's", userId: "user_x", feedItemId: "p1", postContent: "", persona: "" },
    });
    expect(JSON.stringify((await api.endedRuns(stranger))[0])).toContain("The user user_x has no project nobody's.");
  });

  test("calls that the engine did not sign are refused", async () => {
    const call = (headers: Record<string, string>) =>
      fetch(`${stage.appApi}/inngest?fnId=pubhub-reddit-monitor-subreddits&stepId=step`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({
          event: { name: "x", data: {} },
          events: [],
          steps: {},
          ctx: { run_id: "x", attempt: 0, stack: { stack: [], current: 0 } },
        }),
      });
    expect((await call({})).status).toBe(401);
    expect(
      (await call({ "x-inngest-signature": `t=${Math.floor(Date.now() / 1000)}&s=${"0".repeat(64)}` })).status,
    ).toBe(401);
  });
});
