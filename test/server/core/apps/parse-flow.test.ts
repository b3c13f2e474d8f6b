import { describe, expect, it } from "vitest";
import { parseBackoff, parseFlow } from "../../../../server/src/core/apps/parse-flow.ts";
import { parseRegistration } from "../../../../server/src/core/apps/parse-registration.ts";
import { resolveLimits } from "../../../../server/src/core/limits/limits.ts";
import { noFlow } from "../../../../server/src/domain/flow.ts";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";

const limits = resolveLimits();
const parse = (raw: Record<string, unknown>) => parseFlow(raw, limits);
const { backoff: _backoff, ...nothing } = noFlow;

describe("flow control in a registration", () => {
  it("is nothing when nothing is asked for", () => {
    expect(parse({})).toEqual(nothing);
    const empty = { concurrency: [], cancel: [], idempotency: " ", priority: {}, rateLimit: null, timeouts: {} };
    expect(parse(empty)).toEqual(nothing);
    expect(parseBackoff(undefined)).toBeNull();
  });

  it.each<[unknown, object]>([
    [5, { concurrency: [{ limit: 5, key: null, scope: "fn" }], runConcurrency: [] }],
    [{ limit: 2, key: "event.data.a" }, { concurrency: [{ limit: 2, key: "event.data.a", scope: "fn" }] }],
    [
      [{ limit: 9 }, { limit: 3, scope: "env", key: '"all"' }],
      {
        concurrency: [
          { limit: 3, key: '"all"', scope: "env" },
          { limit: 9, key: null, scope: "fn" },
        ],
      },
    ],
    [
      { fn: [{ limit: 1, key: "event.data.a" }], step: [{ limit: 4 }] },
      {
        concurrency: [{ limit: 4, key: null, scope: "fn" }],
        runConcurrency: [{ limit: 1, key: "event.data.a", scope: "fn" }],
      },
    ],
    [{ fn: 2 }, { concurrency: [], runConcurrency: [{ limit: 2, key: null, scope: "fn" }] }],
    [0, { concurrency: [], runConcurrency: [] }],
    [
      [{ limit: 0, key: "event.data.a" }, { limit: 7 }],
      { concurrency: [{ limit: 7, key: null, scope: "fn" }], runConcurrency: [] },
    ],
    [
      { fn: [{ limit: 0 }], step: 0 },
      { concurrency: [], runConcurrency: [] },
    ],
  ])("reads the concurrency %j", (concurrency, expected) => {
    expect(parse({ concurrency })).toMatchObject(expected);
  });

  it("reads every other option, in milliseconds", () => {
    expect(
      parse({
        throttle: { limit: 2, period: "1m", burst: 3, key: "event.data.a" },
        rateLimit: { limit: 1, period: "24h" },
        idempotency: "event.data.id",
        debounce: { period: "7d", timeout: "7d", key: "event.data.a + '-' + event.data.b" },
        priority: { run: "event.data.vip ? 600 : 0" },
        singleton: { mode: "cancel", key: "event.data.a" },
        timeouts: { start: "1s", finish: "1h30m" },
        cancel: [
          { event: "stop", if: "event.data.id == async.data.id", timeout: "1h" },
          { event: "halt", timeout: "2030-01-01T00:00:00Z" },
        ],
      }),
    ).toEqual({
      ...nothing,
      throttle: { limit: 2, periodMs: 60_000, burst: 3, key: "event.data.a" },
      rateLimit: { limit: 1, periodMs: 86_400_000, key: null },
      idempotency: "event.data.id",
      debounce: { periodMs: 604_800_000, timeoutMs: 604_800_000, key: "event.data.a + '-' + event.data.b" },
      priority: "event.data.vip ? 600 : 0",
      singleton: { mode: "cancel", key: "event.data.a" },
      timeouts: { startMs: 1_000, finishMs: 5_400_000 },
      cancelOn: [
        { event: "stop", condition: "event.data.id == async.data.id", timeout: "1h" },
        { event: "halt", condition: null, timeout: "2030-01-01T00:00:00Z" },
      ],
    });
    for (const burst of [undefined, null, 0])
      expect(parse({ throttle: { limit: 1, period: "1s", burst } }).throttle?.burst).toBe(0);
    const batchEvents = { maxSize: 2, timeout: "1s", key: "event.data.a", if: "event.data.many == true" };
    expect(parse({ batchEvents: { maxSize: 1_000, timeout: "1h" } }).batch).toMatchObject({ timeoutMs: 3_600_000 });
    expect(() => parse({ batchEvents: { maxSize: 1_001, timeout: "1h" } })).toThrow("from 2 to 1000, got 1001");
    expect(parse({ batchEvents }).batch).toEqual({
      maxSize: 2,
      timeoutMs: 1_000,
      key: "event.data.a",
      condition: "event.data.many == true",
    });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ concurrency: -1 }, "`concurrency` must be a whole number of 0 or more, got -1"],
    [{ concurrency: 1.5 }, "`concurrency` must be a whole number of 0 or more, got 1.5"],
    [
      { concurrency: "5" },
      '`concurrency` must be a whole number of 0 or more, or an object with limit, key, scope, got "5"',
    ],
    [
      { concurrency: { key: "event.data.a" } },
      "`concurrency.limit` must be a whole number of 0 or more, got undefined",
    ],
    [{ concurrency: [1, 2, 3] }, "`concurrency` has 3 entries, the most is 2"],
    [{ concurrency: [{ limit: 1 }, { limit: -1 }] }, "`concurrency[1].limit` must be"],
    [{ concurrency: { limit: 1, scope: "team" } }, '`concurrency.scope` must be "fn", "env" or "account", got "team"'],
    [{ concurrency: { limit: 1, scope: "env" } }, "`concurrency.key` is missing"],
    [{ concurrency: { fn: [1, 2] } }, "`concurrency.fn` has 2 entries, the most is 1"],
    [{ concurrency: { step: [1, 2, 3] } }, "`concurrency.step` has 3 entries, the most is 2"],
    [{ concurrency: { limit: 1, key: 7 } }, "`concurrency.key` must be a CEL expression"],
    [{ concurrency: { limit: 1, key: "event.data." } }, "`concurrency.key`: The key `event.data.` cannot be used"],
    [{ throttle: 5 }, "`throttle` must be an object with limit, period, burst, key, got 5"],
    [{ throttle: { limit: 0, period: "1m" } }, "`throttle.limit` must be"],
    [{ throttle: { limit: 1, period: "1ms" } }, "`throttle.period` must be a length of time from 1s to 366d"],
    [{ throttle: { limit: 1, period: "1m", burst: -1 } }, "`throttle.burst` must be"],
    [
      { rateLimit: { limit: 1, period: "25h" } },
      '`rateLimit.period` must be a length of time from 1s to 1d such as "30s" or "1h30m", got "25h"',
    ],
    [{ rateLimit: { limit: 1 } }, "`rateLimit.period` must be a length of time"],
    [{ rateLimit: { limit: 1, period: 60 } }, "`rateLimit.period` must be a length of time"],
    [{ rateLimit: [] }, "`rateLimit` must be an object"],
    [{ debounce: { period: "8d" } }, "`debounce.period` must be a length of time from 1s to 7d"],
    [{ debounce: { period: "10s", timeout: "9ms" } }, "`debounce.timeout` must be a length of time from 1s to 366d"],
    [{ debounce: { period: "999999999999999999999d" } }, "`debounce.period` must be"],
    [{ batchEvents: { maxSize: 1, timeout: "5s" } }, "`batchEvents.maxSize` must be a whole number from 2 to"],
    [{ batchEvents: { maxSize: 1e9, timeout: "5s" } }, "`batchEvents.maxSize` must be a whole number from 2 to"],
    [{ batchEvents: { maxSize: 5, timeout: "2d" } }, "`batchEvents.timeout` must be"],
    [
      { batchEvents: { maxSize: 5, timeout: "5s", if: "1 + 1" } },
      "`batchEvents.if`: The condition `1 + 1` cannot be used",
    ],
    [{ idempotency: "async.data.id" }, "`idempotency`: "],
    [{ idempotency: 5 }, "`idempotency` must be a CEL expression"],
    [{ priority: 100 }, "`priority` must be an object"],
    [{ priority: { run: "'high'" } }, "`priority.run`: "],
    [{ singleton: {} }, '`singleton.mode` must be "skip" or "cancel", got undefined'],
    [{ singleton: { mode: "skip", key: "(" } }, "`singleton.key`: "],
    [{ timeouts: { start: "0s" } }, "`timeouts.start` must be a length of time from 1s"],
    [{ timeouts: { finish: {} } }, "`timeouts.finish` must be"],
    [{ cancel: { event: "stop" } }, "`cancelOn` must be an array"],
    [{ cancel: Array.from({ length: 6 }, () => ({ event: "a" })) }, "`cancelOn` has 6 entries, the most is 5"],
    [{ cancel: ["stop"] }, "`cancelOn[0]` must be an object"],
    [{ cancel: [{}] }, "`cancelOn[0].event` must be the name of an event"],
    [{ cancel: [{ event: "a/*" }] }, "`cancelOn[0].event` must be the name of an event"],
    [{ cancel: [{ event: "x".repeat(256) }] }, "`cancelOn[0].event` must be the name of an event, 1 to 255"],
    [{ cancel: [{ event: "a", if: "async.data ==" }] }, "`cancelOn[0].if`: "],
    [{ cancel: [{ event: "a", timeout: "soon" }] }, "`cancelOn[0].timeout` must be a length of time"],
  ])("refuses %j", (raw, message) => {
    expect(() => parse(raw)).toThrow(message);
  });

  it.each([
    ["debounce", { period: "1s" }, "debounce"],
    ["rateLimit", { limit: 1, period: "1s" }, "rateLimit"],
    ["idempotency", "event.data.id", "idempotency"],
    ["singleton", { mode: "skip" }, "singleton"],
    ["priority", { run: "1" }, "priority"],
    ["cancel", [{ event: "stop" }], "cancelOn"],
  ])("refuses batchEvents together with %s", (key, value, name) => {
    const batchEvents = { maxSize: 5, timeout: "5s" };
    expect(() => parse({ batchEvents, [key]: value })).toThrow(`\`batchEvents\` cannot be combined with \`${name}\``);
  });

  it("reads the waits between attempts", () => {
    expect(parseBackoff([0, 1_000])).toEqual({ kind: "list", delaysMs: [0, 1_000] });
    expect(parseBackoff({ initial: 500, factor: 2, max: 60_000, jitter: 0.5 })).toEqual({
      kind: "exponential",
      initialMs: 500,
      factor: 2,
      maxMs: 60_000,
      jitter: 0.5,
    });
  });

  it.each<[unknown, string]>([
    [[], "`retries.backoff` has 0 entries, the least is 1"],
    [[-1], "`retries.backoff[0]` must be a number from 0 to"],
    [["1s"], "`retries.backoff[0]` must be a number"],
    [Array.from({ length: 101 }, () => 1), "`retries.backoff` has 101 entries"],
    ["1s", "`retries.backoff` must be a list, or an object with"],
    [{ initial: 1, factor: 0.5, max: 1, jitter: 0 }, "`retries.backoff.factor` must be a number from 1"],
    [{ initial: 1, factor: 1, max: 1, jitter: 2 }, "`retries.backoff.jitter` must be a number from 0 to 1"],
    [{ initial: 1e300, factor: 1, max: 1, jitter: 0 }, "`retries.backoff.initial` must be"],
    [{ initial: 1, factor: 1, jitter: 0 }, "`retries.backoff.max` must be"],
  ])("refuses the backoff %j", (raw, message) => {
    expect(() => parseBackoff(raw)).toThrow(message);
  });

  it("names the function of a fault, and takes limits that the owner set", () => {
    const config = functionConfig("app-f", { concurrency: [1, 2, 3] });
    expect(() => parseRegistration(registration([config]), 0, limits)).toThrow(
      'Function "app-f": `concurrency` has 3 entries, the most is 2',
    );
    const more = resolveLimits({ concurrencyPerFunction: 3, batchSizeMax: 5_000 });
    expect(parseRegistration(registration([config]), 0, more).functions[0]?.flow.concurrency).toHaveLength(3);
    expect(parseFlow({ batchEvents: { maxSize: 5_000, timeout: "1s" } }, more).batch?.maxSize).toBe(5_000);
  });

  it("takes the backoff from where the SDK puts it", () => {
    const step = { id: "step", name: "step", runtime: { type: "http", url: "http://app.test/api" } };
    const withRetries = (retries: unknown) => functionConfig("f", { steps: { step: { ...step, retries } } });
    const body = registration([withRetries({ attempts: 2, backoff: [10, 20] })]);
    const [fn] = parseRegistration(body, 0, limits).functions;
    expect(fn?.retries).toBe(2);
    expect(fn?.flow.backoff).toEqual({ kind: "list", delaysMs: [10, 20] });
    expect(() => parseRegistration(registration([withRetries({ attempts: 21 })]), 0, limits)).toThrow(
      "`retries` must be a whole number from 0 to 20, got 21",
    );
  });
});
