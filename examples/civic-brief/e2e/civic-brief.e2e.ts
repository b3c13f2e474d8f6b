/** The promises of the seed, from outside: engine and app are processes, the services outside are real HTTP servers. */
import { describe, expect, it } from "vitest";
import { eventually } from "../../../test/helpers/eventually.ts";
import { createStage, eventKey, type Stage } from "./stage.ts";

const five = ["fetch-bills", "fetch-news", "generate-script", "generate-audio", "upload-and-save"];
const writes = "POST /anthropic/v1/messages";
const speaks = "POST /elevenlabs/v1/text-to-dialogue";

/** Steps of a brief as the engine lists them. */
async function stepsOf(stage: Stage, runId: string) {
  // The row of a brief is there a moment before its step has answered.
  await eventually("the run's end", async () => (await stage.api.run(runId)).status === "Completed" || null);
  const steps = await stage.api.steps(runId);
  return steps.map(({ name, status, failed_attempts }) => [name, status, failed_attempts.length]);
}

describe("generate-brief", () => {
  it("makes a brief in five steps when it is asked by curl", async () => {
    const stage = await createStage();
    const { status, body } = await stage.trigger("user_ana", ["healthcare", "education"]);
    expect([status, body]).toEqual([
      200,
      { success: true, message: "Brief generation started", eventId: expect.stringMatching(/^\w+$/) },
    ]);
    const [brief] = await stage.briefs("user_ana");
    expect(brief).toMatchObject({ status: "ready", error: null });
    expect(await stepsOf(stage, brief?.id ?? "")).toEqual(five.map((name) => [name, "Completed", 0]));
    const heard = await fetch(brief?.audioUrl ?? "");
    // 3 bills, and 13 articles for each interest, which Brave gives on two pages.
    expect(await heard.text()).toBe("ID3 Today: 29 things to know. Let us begin.");
    expect(stage.countOf("GET /brave/res/v1/news/search")).toBe(4);
  });

  it("tries each step again alone, and waits as long as a service asks for", async () => {
    const stage = await createStage();
    const { faults } = stage.outside;
    faults.turso.push({ status: 503 });
    faults.brave.push({ status: 429, headers: { "x-ratelimit-reset": "1, 86400" } });
    faults.anthropic.push({ status: 529, body: "overloaded" });
    faults.elevenlabs.push({ status: 500 });
    // The recording itself is found; its upload breaks off.
    faults.vultr.push("reset");
    await stage.trigger("user_ana", ["healthcare"]);
    // Else the fault would meet whoever asks for the briefs.
    await eventually("the first step", () => faults.turso.length === 0 || null);
    const [brief] = await stage.briefs("user_ana");
    expect(brief?.status).toBe("ready");
    expect(await stepsOf(stage, brief?.id ?? "")).toEqual(five.map((name) => [name, "Completed", 1]));
    // Ten minutes of audio are made once: the failed upload does not ask for them again.
    expect([stage.countOf(writes), stage.countOf(speaks)]).toEqual([2, 2]);
    expect(stage.outside.objects.size).toBe(1);
  });

  it("tells the user why a brief failed for good, and names the variable that is wrong", async () => {
    const stage = await createStage();
    stage.outside.faults.elevenlabs.push({ status: 401 });
    await stage.trigger("user_ana", ["healthcare"]);
    const [refused] = await stage.briefs("user_ana");
    expect(refused).toMatchObject({
      status: "failed",
      error: "ElevenLabs refused the key (401). Check ELEVENLABS_API_KEY.",
    });
    const four = Array.from({ length: 4 }, () => ({ status: 500, body: "down" }));
    stage.outside.faults.anthropic.push(...four);
    await stage.trigger("user_ben", ["education"]);
    const [down] = await stage.briefs("user_ben");
    expect(down).toMatchObject({ status: "failed", error: "Claude answered 500: down" });
    expect(stage.countOf(writes)).toBe(1 + 4);
  });

  it("goes on after engine and app were killed while the audio was made, without what was done before", async () => {
    const stage = await createStage(100);
    await stage.trigger("user_ana", ["healthcare"]);
    await eventually("the audio", () => stage.outside.recording() > 0 || null);
    await stage.killEngine();
    await stage.startEngine();
    await eventually("the audio again", () => stage.countOf(speaks) > 1 || null);
    await stage.app.kill();
    await stage.app.restart();
    const [brief] = await stage.briefs("user_ana");
    expect(brief?.status).toBe("ready");
    expect([stage.countOf(writes), stage.countOf("GET /brave/res/v1/news/search")]).toEqual([1, 2]);
    expect((await stepsOf(stage, brief?.id ?? "")).map(([name]) => name)).toEqual(five);
    expect(await stage.briefs("user_ana")).toHaveLength(1);
  });
});

describe("daily-brief-cron", () => {
  it("asks for a brief for each user with interests, tried by hand with the event key", async () => {
    const stage = await createStage();
    const ask = (key: string, data: unknown) =>
      fetch(`${stage.engineUrl}/v1/events`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify({ name: "inngest/function.cron", data }),
      });
    expect((await ask("wrong", {})).status).toBe(401);
    const unknown = await ask(eventKey, { function: "nightly" });
    expect(unknown.status).toBe(400);
    expect(await unknown.text()).toContain("Functions with a cron: hakivo-civic-pulse-daily-brief-cron.");
    expect((await ask(eventKey, {})).status).toBe(200);
    const all = [...(await stage.briefs("user_ana")), ...(await stage.briefs("user_ben"))];
    expect(all.map(({ status }) => status)).toEqual(["ready", "ready"]);
    expect(stage.outside.database.rows("SELECT DISTINCT user_id FROM briefs ORDER BY 1")).toEqual([
      { user_id: "user_ana" },
      { user_id: "user_ben" },
    ]);
  });

  it("is registered for 6:00 UTC each day", async () => {
    const stage = await createStage();
    const response = await stage.api.fetch("/v2/functions/hakivo-civic-pulse-daily-brief-cron");
    const { data } = (await response.json()) as { data: unknown };
    expect(JSON.stringify(data)).toContain('"0 6 * * *"');
    const ticks = await stage.api.fetch("/v2/ticks");
    expect(await ticks.text()).toContain("T06:00:00.000Z");
  });
});

describe("what is refused", () => {
  it("says what a request must look like, and when the engine cannot be reached", async () => {
    const stage = await createStage();
    const url = `${stage.app.url}/.netlify/functions/trigger-brief`;
    expect((await fetch(url)).status).toBe(405);
    for (const body of ["no json", "{}", '{"userId":"user_ana"}', '{"userId":"user_ana","policyInterests":[]}']) {
      const response = await fetch(url, { method: "POST", body });
      expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("policyInterests")]);
    }
    await stage.killEngine();
    const refused = await stage.trigger("user_ana", ["healthcare"]);
    expect([refused.status, refused.body]).toEqual([
      503,
      { error: "The job engine cannot be reached. Try again in a minute." },
    ]);
  });

  it("fails an event without data at once, and tells it", async () => {
    const stage = await createStage();
    await stage.api.send({ name: "brief/generate.requested", data: { userId: "user_ana" } });
    const [brief] = await stage.briefs("user_ana");
    expect(brief).toMatchObject({ status: "failed", error: expect.stringContaining("policyInterests") });
    expect(stage.outside.requests.filter((one) => !one.includes("turso"))).toEqual([]);
  });

  it("is a call that the engine has not signed", async () => {
    const stage = await createStage();
    const call = `${stage.app.url}/.netlify/functions/inngest?fnId=hakivo-civic-pulse-generate-brief&stepId=step`;
    const body = JSON.stringify({ event: { name: "x", data: {} }, events: [], steps: {}, ctx: {} });
    for (const signature of [null, `t=${Math.floor(Date.now() / 1000)}&s=${"a".repeat(64)}`]) {
      const headers = { "content-type": "application/json", ...(signature && { "x-inngest-signature": signature }) };
      expect((await fetch(call, { method: "POST", headers, body })).status).toBe(401);
    }
    expect(stage.outside.requests).toEqual([]);
  });
});
