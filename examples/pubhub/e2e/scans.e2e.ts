/** What PubHub promises of scans. Each test is a row of the table in README.md. */
import { beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../../test/helpers/eventually.ts";
import { mailsAbout, type Stage, sharedStage, until } from "./stage.ts";

const current = sharedStage();
let stage: Stage;
beforeEach(() => {
  stage = current();
});

describe("a scan", () => {
  test("is answered at once, reads subreddits in parallel, and shows up in feed, last_scan, log and mail", async () => {
    const { reddit } = stage.outside;
    const ana = await stage.user("scan-ana");
    const id = await stage.project(ana, ["webdev", "node", "saas"], "Fresh");
    reddit.post("webdev", { title: "Which queue do you use?" });
    reddit.post("node", { title: "Durable jobs?", minutes: 60 });
    reddit.post("saas", { title: "My holiday" });
    for (const name of ["webdev", "node", "saas"]) reddit.held.add(name);
    reddit.asked.length = 0;
    // Reddit answers nothing yet, so nothing waits for it.
    expect(await ana.scanHistory(id, ["webdev", "node", "saas"])).toMatchObject({
      status: "scanning",
      message: "Scan started in background...",
      projectId: id,
      subreddits: 3,
    });
    await until("all three to be read at the same time", () => reddit.asked.length === 3);
    expect([...reddit.asked].sort()).toEqual(["node", "saas", "webdev"]);
    expect(await ana.getFeed(id)).toEqual([]);
    reddit.release();
    expect(await stage.endedScan(ana, id)).toMatchObject({ status: "completed", scanned: 3, newItems: 2, error: null });
    const feed = await ana.getFeed(id);
    expect(feed.map(({ title, keywords }) => [title, keywords])).toEqual([
      ["Which queue do you use?", ["queue"]],
      ["Durable jobs?", ["jobs", "durable"]],
    ]);
    expect(Date.parse((await ana.getState(id)).project?.last_scan ?? "")).toBeGreaterThan(Date.now() - 600_000);
    await until("the mail", () => mailsAbout(stage, "The scan for Fresh found 2 new items").length === 1);
    const log = stage.app.output();
    expect(log).toContain("[Inngest][Scan] Starting scan: 1 days for free tier, 3 keywords");
    expect(log).toContain("[Inngest][Scan] r/webdev: 1 relevant posts found");
    expect(log).toContain("[Inngest][Scan] Complete: 2 matches from 3 posts");
    // The same posts again are nothing new.
    await ana.scanHistory(id, ["webdev", "node"]);
    expect(await stage.endedScan(ana, id)).toMatchObject({ status: "completed", newItems: 0 });
  });

  test("reads all pages, down to the age that the tier allows", async () => {
    const ana = await stage.user("pages-ana");
    const id = await stage.project(ana, ["pages"]);
    for (let n = 1; n <= 5; n += 1) stage.outside.reddit.post("pages", { title: `queue ${n}`, minutes: n });
    stage.outside.reddit.post("pages", { title: "queue of last week", minutes: 7 * 1440 });
    await ana.scanHistory(id, ["pages"]);
    expect(await stage.endedScan(ana, id)).toMatchObject({ scanned: 5, newItems: 5 });
  });

  test("comes back when Reddit's limit is lifted, and after failures and broken answers", async () => {
    const { reddit } = stage.outside;
    const ana = await stage.user("bad-ana");
    const id = await stage.project(ana, ["busy", "broken", "brokenoff", "slow"]);
    for (const name of ["busy", "broken", "brokenoff", "slow"]) reddit.post(name, { title: `queue in ${name}` });
    reddit.busy.set("busy", 1);
    reddit.broken.set("broken", 2);
    reddit.brokenOff.set("brokenoff", 1);
    reddit.held.add("slow");
    await ana.scanHistory(id, ["busy", "broken", "brokenoff", "slow"]);
    await eventually(
      "a retry of the one that stalls",
      () => (reddit.asked.filter((name) => name === "slow").length > 1 ? true : null),
      50,
    );
    reddit.release();
    expect(await stage.endedScan(ana, id)).toMatchObject({ status: "completed", newItems: 4, error: null });
    const [run] = await stage.runsOf("reddit-scan-subreddits", id);
    const steps = await stage.api.steps(run?.run_id ?? "");
    const failed = steps.find(({ name }) => name === "scan-r-busy")?.failed_attempts ?? [];
    expect(JSON.stringify(failed)).toContain("Reddit asks to come back in 1 s.");
  });

  test("completes when one subreddit is closed, and says which", async () => {
    const { reddit } = stage.outside;
    const ana = await stage.user("closed-ana");
    const id = await stage.project(ana, ["open", "closed"]);
    reddit.post("open", { title: "a queue" });
    reddit.forbidden.add("closed");
    await ana.scanHistory(id, ["open", "closed"]);
    const scan = await stage.endedScan(ana, id);
    expect(scan).toMatchObject({ status: "completed", newItems: 1, error: "r/closed: Reddit refused this with 403." });
    expect(scan.parts.find(({ subreddit }) => subreddit === "closed")?.error).toBe("Reddit refused this with 403.");
  });

  test("without a Reddit account fails after retries, and says what to do", async () => {
    const ana = await stage.user("lonely-ana", false);
    expect(await ana.redditStatus()).toEqual({ connected: false });
    const id = await stage.project(ana, ["webdev"], "Lonely");
    expect(await ana.scanHistory(id, ["webdev"])).toMatchObject({ status: "scanning" });
    const message = 'Reddit is not connected. Use "Connect Reddit", then scan again.';
    expect(await stage.endedScan(ana, id)).toMatchObject({ status: "failed", error: message });
    const [run] = await stage.runsOf("reddit-scan-subreddits", id);
    expect(run?.status).toBe("Failed");
    const steps = await stage.api.steps(run?.run_id ?? "");
    expect(steps.find(({ name }) => name === "get-reddit-tokens")?.failed_attempts).toHaveLength(3);
    await until("a mail", () => mailsAbout(stage, "The scan for Lonely has failed").length === 1);
    expect(mailsAbout(stage, "The scan for Lonely has failed")[0]?.raw).toContain("Connect Reddit");
  });

  test("refreshes a token that does not work any more, and says when Reddit refuses that too", async () => {
    const { reddit } = stage.outside;
    const ana = await stage.user("token-ana");
    const id = await stage.project(ana, ["tokens"]);
    reddit.post("tokens", { title: "queue" });
    const refreshed = reddit.refreshed;
    reddit.revoke();
    await ana.scanHistory(id, ["tokens"]);
    expect(await stage.endedScan(ana, id)).toMatchObject({ status: "completed", newItems: 1 });
    expect(reddit.refreshed).toBe(refreshed + 1);
    reddit.revoke(true);
    await ana.scanHistory(id, ["tokens"]);
    expect(await stage.endedScan(ana, id)).toMatchObject({
      status: "failed",
      error: expect.stringContaining("onnect"),
    });
    expect(await ana.redditStatus()).toEqual({ connected: false });
  });

  test("is cancelled by its user, and saves nothing then", async () => {
    const { reddit } = stage.outside;
    const ana = await stage.user("cancel-ana");
    const id = await stage.project(ana, ["cancelled"]);
    reddit.post("cancelled", { title: "queue" });
    reddit.held.add("cancelled");
    reddit.asked.length = 0;
    const { scanId } = await ana.scanHistory(id, ["cancelled"]);
    await until("it to be under way", () => reddit.asked.includes("cancelled"));
    expect(await ana.cancelScan(id, scanId)).toEqual({ status: "cancelled", scanId });
    const run = await eventually("a cancelled run", async () => {
      const [found] = await stage.runsOf("reddit-scan-subreddits", id);
      return found?.status === "Cancelled" ? found : null;
    });
    reddit.release();
    expect(run.status).toBe("Cancelled");
    expect((await ana.getState(id)).scans[0]?.status).toBe("cancelled");
    expect(await ana.getFeed(id)).toEqual([]);
    await expect(ana.cancelScan(id, scanId)).rejects.toThrow("The scan has ended already: it is cancelled.");
  });

  test("is refused from the eleventh in an hour on, for that user alone", async () => {
    const [ana, ben] = [await stage.user("limit-ana"), await stage.user("limit-ben")];
    const [id, other] = [await stage.project(ana, ["webdev"]), await stage.project(ben, ["webdev"])];
    for (let n = 1; n <= 10; n += 1) await ana.scanHistory(id, ["webdev"]);
    const response = await fetch(`${stage.appApi}/scan-history`, {
      method: "POST",
      headers: { authorization: `Bearer ${await stage.outside.clerk.tokenOf("limit-ana")}` },
      body: JSON.stringify({ projectId: id, subreddits: ["webdev"] }),
    });
    expect([response.status, await response.json()]).toEqual([
      429,
      expect.objectContaining({ status: "refused", message: "10 scans an hour are allowed. Try again later." }),
    ]);
    expect((await ana.getState(id)).scans.filter(({ status }) => status === "refused")).toHaveLength(1);
    expect(await ben.scanHistory(other, ["webdev"])).toMatchObject({ status: "scanning" });
    await eventually(
      "their ends",
      async () => ((await ana.getState(id)).scans.every(({ status }) => status !== "scanning") ? true : null),
      100,
    );
  });

  test("is heard live by the page's stream", async () => {
    const ana = await stage.user("live-ana");
    const id = await stage.project(ana, ["live"]);
    const leaving = new AbortController();
    const heard: string[] = [];
    const stream = ana.follow(
      id,
      ({ feed, scans }) => heard.push(`${scans[0]?.status ?? "none"} ${feed.length}`),
      leaving.signal,
    );
    const ended = stream.catch(() => undefined);
    await until("the state now", () => heard.includes("none 0"));
    stage.outside.reddit.post("live", { title: "queue" });
    stage.outside.reddit.held.add("live");
    await ana.scanHistory(id, ["live"]);
    await until("the scan", () => heard.includes("scanning 0"));
    stage.outside.reddit.release();
    await until("the end", () => heard.includes("completed 1"));
    leaving.abort();
    await ended;
  });

  test("ends although the mail server takes no mail, and says so", async () => {
    const ana = await stage.user("mail-ana");
    const id = await stage.project(ana, ["webdev"], "Slow mail");
    stage.outside.smtp.busy = 1;
    await ana.scanHistory(id, ["webdev"]);
    await until("the mail, the second time", () => mailsAbout(stage, "The scan for Slow mail found").length === 1);
    stage.outside.smtp.busy = 1000;
    await ana.scanHistory(id, ["webdev"]);
    const scan = await eventually(
      "a note",
      async () => (await ana.getState(id)).scans.find(({ error }) => error !== null) ?? null,
      50,
    );
    expect(scan).toMatchObject({ status: "completed", error: "The mail about this scan could not be sent." });
  });
});
