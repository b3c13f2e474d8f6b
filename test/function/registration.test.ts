import { describe, expect, it } from "vitest";
import { toRegistration } from "../../src/function/index.ts";
import { eventType, Inngest, type InngestFunction } from "../../src/index.ts";

const client = new Inngest({ id: "app" });
const create = (options: object): InngestFunction =>
  client.createFunction({ id: "f", ...options } as never, (() => 1) as never);
const register = (options: object) => toRegistration(create(options), "app", "https://a.test/api/inngest")[0];

describe("a registration", () => {
  it("has every option, with lengths of time in the protocol's words", () => {
    const options = {
      name: "F",
      idempotency: "event.data.id",
      rateLimit: { limit: 1, period: 90_000, key: "k" },
      throttle: { limit: 1, period: "1h30m", burst: 2 },
      concurrency: [{ limit: 1, key: "k", scope: "env" }, 5],
      timeouts: { start: 1000, finish: "2 hours" },
    };
    expect(register(options)).toEqual({
      id: "app-f",
      name: "F",
      triggers: [],
      steps: { step: { id: "step", name: "step", runtime: { type: "http", url: expect.any(String) } } },
      idempotency: "event.data.id",
      rateLimit: { limit: 1, period: "1m30s", key: "k" },
      throttle: { limit: 1, period: "1h30m", burst: 2 },
      concurrency: [{ limit: 1, key: "k", scope: "env" }, 5],
      timeouts: { start: "1s", finish: "2h" },
    });
    // As it was written, and not changed.
    expect(options.rateLimit.period).toBe(90_000);
    const batch = { maxSize: 10, timeout: "5 seconds", key: "event.data.k", if: "true" };
    expect(register({ batchEvents: batch })?.batchEvents).toEqual({ ...batch, timeout: "5s" });
  });

  it("has its keys in the order that servers know", () => {
    const config = register({
      singleton: { mode: "skip" },
      priority: { run: "1" },
      debounce: { period: "1m", timeout: 5000 },
      cancelOn: [{ event: eventType("x"), match: "data.id" }],
    });
    const order = ["id", "name", "triggers", "steps", "debounce", "priority", "singleton", "cancel"];
    expect(Object.keys(config ?? {})).toEqual(order);
    expect(config).toMatchObject({
      debounce: { period: "1m", timeout: "5s" },
      cancel: [{ event: "x", if: "event.data.id == async.data.id" }],
    });
  });

  it.each([
    [5, { attempts: 5 }],
    [{ attempts: 2 }, { attempts: 2 }],
    [
      { attempts: 2, backoff: ["1s", 5] },
      { attempts: 2, backoff: [1000, 5] },
    ],
    [{ backoff: { max: "1m" } }, { attempts: 4, backoff: { initial: 1000, factor: 2, max: 60_000, jitter: 0 } }],
    [{ attempts: 1, backoff: () => 5 }, { attempts: 1 }],
  ])("has the retries %o as %j", (retries, expected) => {
    expect(register({ retries })?.steps["step"]?.retries).toEqual(expected);
  });

  it("has a schedule's jitter and what makes up for missed ticks", () => {
    const triggers = [{ cron: "@daily", jitter: 90_000, missed: "all" }];
    expect(register({ triggers })?.triggers).toEqual([{ cron: "@daily", jitter: "1m30s", missed: "all" }]);
  });

  it("has nothing of what stays in the SDK", () => {
    const config = register({ middleware: [], checkpointing: false, optimizeParallelism: false, description: "x" });
    expect(Object.keys(config ?? {})).toEqual(["id", "name", "triggers", "steps"]);
  });
});
