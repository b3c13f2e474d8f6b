/** `stepwell limits`, against a real engine with a real app. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Inngest } from "stepwell";
import { createServer as createAppServer } from "stepwell/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServer, type StepwellServer } from "../../../server/src/main.ts";
import { type Outcome, runCommand } from "./fake-terminal.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let engine: StepwellServer;
let app: Server;

beforeAll(async () => {
  engine = createServer({ mode: "dev", store: null, port: 0, poll: false, logger: silent });
  await engine.start();
  const client = new Inngest({ id: "shop", isDev: true, baseUrl: engine.url, logger: silent });
  const nothing = () => null;
  const charge = client.createFunction({ id: "charge", triggers: [{ event: "shop/charge" }] }, nothing);
  const nap = client.createFunction({ id: "nap", concurrency: 5, triggers: [{ event: "shop/nap" }] }, nothing);
  app = createAppServer({ client, functions: [charge, nap] });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  const { port } = app.address() as AddressInfo;
  expect((await engine.engine.syncUrl(`http://127.0.0.1:${port}/api/inngest`)).kind).toBe("registered");
});

afterAll(async () => {
  await engine.stop(0);
  app.closeAllConnections();
  await new Promise((resolve) => app.close(resolve));
});

const run = (args: string[]): Promise<Outcome> => runCommand(args, { env: { STEPWELL_URL: engine.url, USER: "ana" } });

/** The JSON that a command that must come through prints. */
async function json<T>(args: string[]): Promise<T> {
  const { out, error } = await run([...args, "--json"]);
  if (error !== null) throw error;
  return JSON.parse(out) as T;
}

describe("limits", () => {
  it("are set over those of the code, shown with who and why, and reset", async () => {
    const set = await run(["limits", "set", "nap", "--concurrency", "1", "--reason", "partner is slow"]);
    expect(set.out).toMatch(/^✓ shop-nap: concurrency 1 {2}code: 5 {2}stepwell limits reset shop-nap/);
    const why = await json<{ setBy: unknown }[]>(["limits", "shop-nap"]);
    expect(why).toMatchObject([
      { function: "shop-nap", code: { limit: 5 }, now: { limit: 1 }, set: { author: "ana" } },
    ]);
    expect((await run(["limits", "list", "--set"])).out).toMatch(/shop-nap +concurrency +5 +1 +ana .* partner is slow/);
    expect((await run(["functions"])).out).toMatch(/shop-nap .* concurrency 1 \(code: 5\)/);
    const paced = [
      "limits",
      "set",
      "charge",
      "--throttle",
      "10/1m",
      "--burst",
      "2",
      "--reason",
      "x",
      "--author",
      "ben",
    ];
    expect((await run(paced)).out).toContain("throttle 10 in 1m 00s, burst 2  code: none");
    expect(await json(["limits", "set", "charge", "--throttle", "5", "--reason", "x"])).toMatchObject({
      ...{ limit: 5, periodMs: 60_000, burst: 2, code: null, author: "ana" },
    });
    expect((await run(["limits", "reset", "charge", "--rate-limit"])).out).toMatch(/nobody had set a limit/);
    expect((await run(["limits", "reset", "charge"])).out).toMatch(/throttle is none again, as the code says/);
    expect((await run(["limits", "reset", "nap", "--concurrency"])).out).toMatch(/concurrency is 5 again/);
    expect((await run(["limits", "--set"])).out).toMatch(/Nobody has set a limit/);
    const audit = await json<{ action: string }[]>(["audit"]);
    expect(audit.filter(({ action }) => action.startsWith("limit.")).map(({ action }) => action)).toContain(
      "limit.set",
    );
  });

  it("say what is wrong with what was asked for", async () => {
    const refused = async (...args: string[]) => (await run(["limits", ...args, "--reason", "x"])).error?.message ?? "";
    expect((await run(["limits", "set", "nap", "--concurrency", "1"])).err).toMatch(/--reason/);
    expect(await refused("set", "nap")).toMatch(/Which limit\? Give one of --concurrency, --run-concurrency/);
    expect(await refused("set", "nap", "--concurrency", "1", "--throttle", "1/1m")).toMatch(/Which limit/);
    expect(await refused("set", "nap", "--concurrency", "few")).toMatch(/--concurrency is "few": expected a whole/);
    expect(await refused("set", "nap", "--throttle", "1/1m/2")).toMatch(/expected a number of starts and a time/);
    expect(await refused("set", "nap", "--throttle", "5")).toMatch(/`throttle.period` must be/);
    expect(await refused("set", "nap", "--rate-limit", "0/1m")).toMatch(/`rateLimit.limit` must be/);
    expect(await refused("set", "nap", "--concurrency", "2", "--key", "event.data.x")).toMatch(
      /no concurrency limit with/,
    );
    expect((await run(["limits", "reset", "nap", "--concurrency", "--throttle"])).error?.message).toMatch(/or none/);
  });
});
