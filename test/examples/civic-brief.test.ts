/** examples/civic-brief in this process, over HTTP. What becomes of it when things die: examples/civic-brief/e2e. */
import { serve } from "@hono/node-server";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type Outside, startOutside } from "../../examples/civic-brief/outside/outside.ts";
import { generateAudio } from "../../examples/civic-brief/src/services/eleven-labs.ts";
import { fetchNews } from "../../examples/civic-brief/src/services/news.ts";
import { signS3Request } from "../../examples/civic-brief/src/services/sign-s3-request.ts";
import { execute } from "../../examples/civic-brief/src/services/turso.ts";
import { eventually } from "../helpers/eventually.ts";
import { startLocalEngine } from "../helpers/local-engine.ts";
import { createManualClock } from "../helpers/manual-clock.ts";

afterEach(() => void vi.unstubAllEnvs());

async function outsideOfTest(): Promise<Outside> {
  const outside = await startOutside({ minuteMs: 0 });
  onTestFinished(() => outside.close());
  for (const [name, value] of Object.entries(outside.env)) vi.stubEnv(name, value);
  return outside;
}

/** Serves the functions on a free port. */
async function serveFunctions(): Promise<string> {
  // Now, as it says at once when no engine is set.
  const { functionsFetch } = await import("../../examples/civic-brief/functions-fetch.ts");
  const [server, port] = await new Promise<[ReturnType<typeof serve>, number]>((resolve) => {
    const started = serve({ fetch: functionsFetch, port: 0, hostname: "127.0.0.1" }, (at) =>
      resolve([started, at.port]),
    );
  });
  onTestFinished(() => {
    if ("closeAllConnections" in server) server.closeAllConnections();
    return new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  return `http://127.0.0.1:${port}/.netlify/functions`;
}

describe("examples/civic-brief", () => {
  test("makes a brief for each user with interests at 6:00 UTC", async () => {
    const outside = await outsideOfTest();
    // Apps have the machine's clock: what they send must not lie in this one's future.
    const day = 86_400_000;
    const clock = createManualClock((Math.floor(Date.now() / day) + 1) * day + 5.9 * 3_600_000);
    const { server } = await startLocalEngine({ clock });
    vi.stubEnv("INNGEST_DEV", server.url);
    const url = await serveFunctions();
    expect(await server.engine.syncUrl(`${url}/inngest`)).toMatchObject({ kind: "registered" });
    const briefs = (): unknown[] => outside.database.rows("SELECT user_id, status FROM briefs ORDER BY user_id");
    const idle = async (): Promise<void> => {
      for (let quiet = 0; quiet < 8; quiet = server.engine.running().length === 0 ? quiet + 1 : 0)
        await new Promise((resolve) => setImmediate(resolve));
    };
    await clock.advance(60_000, idle);
    expect(briefs()).toEqual([]);
    await clock.advance(600_000, idle);
    await eventually("both briefs", () => briefs().length === 2 || null);
    expect(briefs()).toEqual([
      { user_id: "user_ana", status: "ready" },
      { user_id: "user_ben", status: "ready" },
    ]);
    expect([...outside.objects.keys()]).toEqual([
      expect.stringMatching(/^briefs\/user_\w+\/\w{26}\.mp3$/),
      expect.stringMatching(/^briefs\/user_\w+\/\w{26}\.mp3$/),
    ]);
  });

  test("says what is wrong with its settings and with the services outside", async () => {
    const outside = await outsideOfTest();
    vi.stubEnv("PATIENCE_FACTOR", "0.0001");
    outside.faults.elevenlabs.push("stall");
    const lines = [{ speaker: "sarah", text: "Hello" }] as const;
    await expect(generateAudio(lines)).rejects.toThrow("ElevenLabs did not answer within 0.18 s.");
    vi.stubEnv("PATIENCE_FACTOR", "1");
    outside.faults.brave.push({ status: 429, headers: { "x-ratelimit-reset": "7, 86400" } });
    const busy = { name: "RetryAfterError", message: "Brave Search takes no more requests for 7 s (429)." };
    await expect(fetchNews(["healthcare"])).rejects.toMatchObject(busy);
    vi.stubEnv("TURSO_AUTH_TOKEN", "old");
    const refused = { name: "NonRetriableError", message: "Turso refused the key (401). Check TURSO_AUTH_TOKEN." };
    await expect(execute("SELECT 1")).rejects.toMatchObject(refused);
    vi.stubEnv("TURSO_AUTH_TOKEN", "");
    await expect(execute("SELECT 1")).rejects.toThrow("The variable TURSO_AUTH_TOKEN is not set.");
    vi.stubEnv("TURSO_AUTH_TOKEN", outside.env["TURSO_AUTH_TOKEN"]);
    await expect(execute("SELECT * FROM missing")).rejects.toThrow("no such table: missing");
  });

  test("signs uploads as curl --aws-sigv4 does", () => {
    const credentials = { accessKey: "vultr-access", secretKey: "vultr-secret", region: "ewr" };
    const url = new URL("http://127.0.0.1:41355/civic-briefs/briefs/a/b.mp3");
    const headers = signS3Request("PUT", url, Buffer.from("sound"), credentials, new Date("2026-11-28T10:58:51Z"));
    expect(headers.authorization).toContain(
      "Signature=a2241b1bbae3c7e8d815f6ce2d6ffbb91f6e068e07b4b4a384c728013788d55d",
    );
  });
});
