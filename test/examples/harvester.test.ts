/** examples/harvester through a real engine over HTTP. */
import { describe, expect, onTestFinished, test } from "vitest";
import { createApp } from "../../examples/harvester/src/app.ts";
import { domainsIn } from "../../examples/harvester/src/functions.ts";
import { closeServer, listen, type Outside, startOutside } from "../../examples/harvester/src/outside.ts";
import type { StepwellServer } from "../../server/src/main.ts";
import { eventually } from "../helpers/eventually.ts";
import { startLocalEngine } from "../helpers/local-engine.ts";
import { createManualClock } from "../helpers/manual-clock.ts";

interface Harvester {
  outside: Outside;
  server: StepwellServer;
  admin<T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }>;
}

async function startHarvester(options: Parameters<typeof startLocalEngine>[0] = {}): Promise<Harvester> {
  const { server } = await startLocalEngine(options);
  const outside = await startOutside();
  onTestFinished(() => outside.close());
  const signingKey = options?.signingKey ?? null;
  const app = createApp({ engineUrl: server.url, outsideUrl: outside.url, signingKey, firstRetry: "10ms" });
  const { server: listener, url } = await listen(app.fetch, 0);
  onTestFinished(() => closeServer(listener));
  expect(await server.engine.syncUrl(`${url}/api/inngest`)).toMatchObject({ kind: "registered" });
  return {
    outside,
    server,
    async admin<T>(method: string, path: string, body?: object) {
      const init = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(`${url}/api/admin/${path}`, { method, ...init });
      return { status: response.status, body: (await response.json()) as T };
    },
  };
}

const until = (what: string, holds: () => boolean): Promise<true> => eventually(what, async () => holds() || null);

const all = {
  cats: ["cats.example", "dogs.example"],
  dogs: ["dogs.example"],
  birds: ["birds.example", "nests.example"],
};

describe("examples/harvester", () => {
  test("harvests two pages of each video, once a day unless it is told to", async () => {
    const { outside, admin, server } = await startHarvester();
    await admin("POST", "jobs", { limit: 10 });
    await until("three videos", () => outside.domains.size === 3);
    expect(Object.fromEntries(outside.domains)).toEqual(all);
    outside.domains.clear();
    await admin("POST", "jobs", { limit: 10 });
    const harvests = async (): Promise<number> => {
      const runs = await server.store.listRuns({ limit: 100 });
      return runs.filter(({ functionId }) => server.engine.functionById(functionId)?.slug.endsWith("comments")).length;
    };
    await eventually("both discoveries", async () => {
      const runs = await server.store.listRuns({ statuses: ["Queued", "Running"], limit: 1 });
      return runs.length === 0 || null;
    });
    expect(await harvests()).toBe(3);
    await admin("POST", "jobs", { limit: 2, forceRefresh: true });
    await until("two videos", () => outside.domains.size === 2);
  });

  test("waits when it is told to come later, raises the alarm, and runs a dead letter again", async () => {
    const { outside, admin } = await startHarvester();
    outside.busy = 1;
    outside.broken.add("birds");
    await admin("POST", "jobs", { limit: 10 });
    await until("two videos", () => outside.domains.size === 2);
    await until("the alarm", () => outside.alerts.length === 1);
    expect(outside.alerts[0]).toMatch(/^birds: .* answered 500 \(run \w{26}\)$/);
    outside.broken.clear();
    const { body } = await admin<{ runId: string; event: { data: unknown } }[]>("GET", "dead-letter-queue");
    expect(body).toMatchObject([{ event: { data: { videoId: "birds" } } }]);
    await admin("POST", `dead-letter-queue/${body[0]?.runId}/retry`);
    await until("the third video", () => outside.domains.has("birds"));
    expect((await admin("GET", "dead-letter-queue")).body).toEqual([]);
    expect((await admin("POST", `dead-letter-queue/${body[0]?.runId}/retry`)).status).toBe(400);
  });

  test("stops everything by the kill switch, and goes on where it was", async () => {
    const { outside, admin, server } = await startHarvester();
    expect((await admin("POST", "kill-switch", { reason: "no name" })).status).toBe(400);
    await admin("POST", "kill-switch", { reason: "errors", requestedBy: "ana" });
    expect((await admin("GET", "kill-switch")).body).toEqual({ active: true, reason: "errors", by: "ana" });
    await admin("POST", "jobs", { limit: 10 });
    const [run] = await server.store.listRuns({ limit: 10 });
    expect(run).toMatchObject({ status: "Queued", startedAt: null });
    expect(await server.engine.operations.explain(run?.id ?? "")).toMatchObject([{ kind: "paused", author: "ana" }]);
    await admin("DELETE", "kill-switch");
    await until("three videos", () => outside.domains.size === 3);
  });

  test("discovers every ten minutes", async () => {
    // Apps have the machine's clock: what they send must not lie in this one's future.
    const tenMinutes = 600_000;
    const clock = createManualClock(Math.floor(Date.now() / tenMinutes) * tenMinutes + 60_000);
    const { outside, server } = await startHarvester({ clock });
    const idle = async (): Promise<void> => {
      for (let quiet = 0; quiet < 8; quiet = server.engine.running().length === 0 ? quiet + 1 : 0)
        await new Promise((resolve) => setImmediate(resolve));
    };
    await clock.advance(60_000, idle);
    expect(outside.domains.size).toBe(0);
    await clock.advance(tenMinutes, idle);
    await until("three videos", () => outside.domains.size === 3);
  });

  test("works with keys", async () => {
    const keys = { mode: "start", signingKey: "a1b2c3d4", eventKeys: ["event-key"] } as const;
    process.env.INNGEST_EVENT_KEY = "event-key";
    onTestFinished(() => {
      delete process.env.INNGEST_EVENT_KEY;
    });
    const { outside, admin } = await startHarvester(keys);
    await admin("POST", "jobs", { limit: 1 });
    await until("a video", () => outside.domains.size === 1);
    expect((await admin("GET", "kill-switch")).body).toMatchObject({ active: false });
  });
});

describe("domains", () => {
  test("are found in texts, in small letters", () => {
    expect(domainsIn("at https://Shop.Example/x?y=z.w, not v1.2 nor a.b")).toEqual(["shop.example"]);
  });
});
