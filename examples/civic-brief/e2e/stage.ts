/** Engine, app and stand-ins of a test, the first two in processes of their own that it may kill. All end with the test. */
import { onTestFinished } from "vitest";
import { createEngineApi, type EngineApi } from "../../../test/helpers/engine-api.ts";
import { type EngineProcess, startEngineProcess } from "../../../test/helpers/engine-process.ts";
import { eventually } from "../../../test/helpers/eventually.ts";
import { bundledExample, type ExampleApp, startExample } from "../../../test/helpers/example-app.ts";
import { freePort } from "../../../test/helpers/free-port.ts";
import { tempDirectory } from "../../../test/helpers/temp-directory.ts";
import { type Outside, startOutside } from "../outside/outside.ts";

export const eventKey = "event-key-of-civic-brief";
const signingKey = "c0ffee".repeat(10);

export interface BriefJson {
  id: string;
  status: "ready" | "failed";
  audioUrl: string | null;
  error: string | null;
}

export interface Stage {
  outside: Outside;
  app: ExampleApp;
  engineUrl: string;
  api: EngineApi;
  killEngine(): Promise<void>;
  startEngine(): Promise<void>;
  /** Asks for a brief as the seed's curl does. */
  trigger(userId: string, policyInterests: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Waits for this many briefs of a user. */
  briefs(userId: string, count?: number): Promise<BriefJson[]>;
  countOf(request: string): number;
}

const program = await bundledExample("examples/civic-brief/host.ts");

/** `minuteMs`: how long a minute of the services outside lasts. */
export async function createStage(minuteMs = 5, env: Record<string, string> = {}): Promise<Stage> {
  const outside = await startOutside({ minuteMs });
  onTestFinished(() => outside.close());
  const data = await tempDirectory("civic-brief");
  const [enginePort, appPort] = [await freePort(), await freePort()];
  const engineUrl = `http://127.0.0.1:${enginePort}`;
  const keys = { INNGEST_BASE_URL: engineUrl, INNGEST_EVENT_KEY: eventKey, INNGEST_SIGNING_KEY: signingKey };
  const app = await startExample([process.execPath, program], appPort, {
    ...outside.env,
    ...keys,
    INNGEST_DEV: "0",
    ...env,
  });
  onTestFinished(() => app.kill());
  const functionsUrl = `${app.url}/.netlify/functions`;
  const args = ["--data", data, "--signing-key", signingKey, "--event-key", eventKey, "--retry-interval", "1"];
  let engine: EngineProcess | null = null;
  const api = createEngineApi(engineUrl, { eventKey, signingKey });
  const stage: Stage = {
    outside,
    app,
    engineUrl,
    api,
    async killEngine() {
      await engine?.kill();
      engine = null;
    },
    async startEngine() {
      engine = await startEngineProcess("start", enginePort, [...args, "-u", `${functionsUrl}/inngest`]);
      await eventually("the functions", async () => {
        const response = await api.fetch("/v2/functions/hakivo-civic-pulse-generate-brief");
        return response.ok || null;
      });
    },
    async trigger(userId, policyInterests) {
      const response = await fetch(`${functionsUrl}/trigger-brief`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ userId, policyInterests }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    briefs: (userId, count = 1) =>
      eventually(`${count} briefs of ${userId}`, async () => {
        const response = await fetch(`${functionsUrl}/briefs?userId=${encodeURIComponent(userId)}`);
        if (!response.ok) return null;
        const { briefs } = (await response.json()) as { briefs: BriefJson[] };
        return briefs.length >= count ? briefs : null;
      }),
    countOf: (request) => outside.requests.filter((one) => one === request).length,
  };
  await stage.startEngine();
  onTestFinished(() => stage.killEngine());
  return stage;
}
