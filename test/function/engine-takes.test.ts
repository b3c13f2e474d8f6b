import { describe, expect, it } from "vitest";
import { parseRegistration } from "../../server/src/core/apps/parse-registration.ts";
import { resolveLimits } from "../../server/src/core/limits/limits.ts";
import { toRegistration } from "../../src/function/index.ts";
import { eventType, Inngest } from "../../src/index.ts";

const client = new Inngest({ id: "app" });

/** Options at the edges of what the SDK allows: whatever passes its check, our engine must take too. */
const table = [
  { retries: { attempts: 20, backoff: { initial: 0, factor: 1000, max: "1w", jitter: 1 } }, triggers: { event: "e" } },
  { retries: { backoff: [0, "1m"] }, triggers: { event: "e", if: "event.data.x == 1" } },
  { concurrency: { fn: [{ limit: 1, key: "event.data.a" }], step: [{ limit: 2 }, 5] }, triggers: { event: "e" } },
  { concurrency: [{ limit: 1, scope: "env", key: '"x"' }, 3], triggers: { event: "shop/*" } },
  { throttle: { limit: 1, period: 1000, burst: 2, key: "event.data.k" }, triggers: { event: "e" } },
  { rateLimit: { limit: 1, period: "24 hours" }, triggers: { event: "e" } },
  { debounce: { period: "7d", timeout: "8d" }, triggers: { event: "e" } },
  { batchEvents: { maxSize: 100, timeout: "60s", key: "event.data.k", if: "true" }, triggers: { event: "e" } },
  { singleton: { mode: "cancel", key: "event.data.k" }, priority: { run: "100" }, triggers: { event: "e" } },
  { idempotency: "event.data.id", timeouts: { start: "1m", finish: "1h" }, triggers: { event: "e" } },
  { triggers: { cron: "TZ=Europe/Berlin 0 6 * * *", jitter: "5m", missed: "all" } },
  {
    cancelOn: [
      { event: eventType("x"), match: "data.id", timeout: "1d" },
      { event: "y", timeout: new Date("2040-01-01") },
    ],
    triggers: { event: "e" },
  },
] as const;

describe("what the SDK lets pass", () => {
  it.each(table)("the engine takes: %j", (options) => {
    const fn = client.createFunction({ id: "f", ...options } as never, (() => 1) as never);
    const functions = toRegistration(fn, "app", "http://a.test/api");
    const body = {
      url: "http://a.test/api",
      deployType: "ping",
      framework: "x",
      appName: "app",
      functions,
      sdk: "js:v4",
      v: "0.1",
    };
    expect(() => parseRegistration(body, Date.UTC(2030, 0), resolveLimits({}))).not.toThrow();
  });
});
