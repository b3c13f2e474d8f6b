import { describe, expect, it } from "vitest";
import { Inngest } from "../../src/index.ts";

const client = new Inngest({ id: "app" });
const create = (options: object): unknown =>
  client.createFunction({ id: "f", ...options } as never, (() => 1) as never);
const cronTrigger = (more: object): object => ({ triggers: { cron: "* * * * *", ...more } });
const batchEvents = { maxSize: 10, timeout: "5s" };

/** Each wrong option, and what its error says after naming the function. */
const table: [object, string][] = [
  [{ name: "" }, '`name` is ""; allowed: a text that is not empty'],
  [{ idempotency: "" }, "`idempotency`"],
  [{ description: 5 }, "`description` is 5; allowed: a text"],
  [{ retries: { attempts: 3, delay: 5 } }, "`retries.delay` is not known; allowed: attempts, backoff"],
  [{ retries: { backoff: { factor: 0 } } }, "`retries.backoff.factor` is 0; allowed: a number from 1 to 1000"],
  [{ concurrency: -1 }, "`concurrency` is -1; allowed: a whole number of 0 or more"],
  [{ concurrency: {} }, "`concurrency.limit` is missing"],
  [{ concurrency: [{ limit: 1.5 }] }, "`concurrency[0].limit` is 1.5"],
  [{ concurrency: [1, 2, 3] }, "`concurrency` has 3 entries; allowed: at most 2"],
  [{ concurrency: "5" }, '`concurrency` is "5"; allowed: a whole number of 0 or more, or an object with limit, key'],
  [{ concurrency: { limit: 1, scope: "app" } }, 'is "app"; allowed: "fn", "env" or "account"'],
  [{ concurrency: { limit: 1, scope: "env" } }, "`concurrency.key` is missing; allowed: a CEL expression"],
  [{ concurrency: { fn: [{ limit: 1 }, { limit: 2 }] } }, "`concurrency.fn` has 2 entries; allowed: at most 1"],
  [{ concurrency: { fn: [{ limit: -1 }] } }, "`concurrency.fn[0].limit` is -1; allowed: a whole number of 0 or more"],
  [{ concurrency: { step: [1, 2, 3] } }, "`concurrency.step` has 3 entries"],
  [{ concurrency: { step: [], limit: 5 } }, "`concurrency.limit` is not known; allowed: fn, step"],
  [{ throttle: null }, "`throttle` is null; allowed: an object with limit, period, burst, key"],
  [{ throttle: { limit: 1 } }, "`throttle.period` is missing"],
  [{ throttle: { limit: 0, period: "1m" } }, "`throttle.limit` is 0"],
  [
    { throttle: { limit: 1, period: "soon" } },
    '`throttle.period` is "soon"; allowed: a length of time from 1s to 366d',
  ],
  [{ throttle: { limit: 1, period: 500 } }, "`throttle.period` is 500"],
  [
    { throttle: { limit: 1, period: "1m", bursts: 1 } },
    "`throttle.bursts` is not known; allowed: limit, period, burst, key",
  ],
  [{ rateLimit: { limit: 1, period: "25h" } }, '`rateLimit.period` is "25h"; allowed: a length of time from 1s to 1d'],
  [{ rateLimit: { limit: 1, period: "1h", key: 5 } }, "`rateLimit.key` is 5"],
  [{ debounce: { period: "8d" } }, "from 1s to 7d"],
  [{ debounce: {} }, "`debounce.period` is missing"],
  [{ debounce: { period: "1m", timeout: "never" } }, '`debounce.timeout` is "never"'],
  [
    { batchEvents: { maxSize: 1, timeout: "5s" } },
    "`batchEvents.maxSize` is 1; allowed: a whole number from 2 to 1000",
  ],
  [{ batchEvents: { maxSize: 10, timeout: "2h" } }, "from 1s to 1h"],
  [{ batchEvents, debounce: { period: "5s" } }, "`debounce` is given beside batchEvents; allowed: one of the two"],
  [{ batchEvents, cancelOn: [{ event: "e" }] }, "`cancelOn` is given beside batchEvents"],
  [{ batchEvents, rateLimit: { limit: 1, period: "1m" } }, "`rateLimit` is given beside batchEvents"],
  [{ batchEvents, idempotency: "event.data.id" }, "`idempotency` is given beside batchEvents"],
  [{ batchEvents, singleton: { mode: "skip" } }, "`singleton` is given beside batchEvents"],
  [{ batchEvents, priority: { run: "1" } }, "`priority` is given beside batchEvents"],
  [{ priority: { run: 5 } }, "`priority.run` is 5"],
  [{ priority: "high" }, '`priority` is "high"; allowed: an object with run'],
  [{ timeouts: { start: "x" } }, '`timeouts.start` is "x"'],
  [{ timeouts: { run: "1m" } }, "`timeouts.run` is not known; allowed: start, finish"],
  [{ singleton: { mode: "queue" } }, '`singleton.mode` is "queue"; allowed: "skip" or "cancel"'],
  [{ singleton: { key: "event.data.id" } }, "`singleton.mode` is missing"],
  [{ cancelOn: Array(6).fill({ event: "e" }) }, "`cancelOn` has 6 entries; allowed: at most 5"],
  [
    { cancelOn: [{ event: "e", timeout: "soon" }] },
    '`cancelOn[0].timeout` is "soon"; allowed: a length of time or a moment',
  ],
  [{ cancelOn: [{ event: "e", timeout: new Date("x") }] }, "`cancelOn[0].timeout`"],
  [{ cancelOn: [{ event: "shop/*" }] }, '`cancelOn[0].event` is "shop/*"; allowed: the name of an event, 1 to 255'],
  [{ cancelOn: [{ event: "e", timeout: "99999999w" }] }, '`cancelOn[0].timeout` is "99999999w"'],
  [{ cancelOn: [{ event: {} }] }, "`cancelOn[0].event` is an object; allowed: an event's name or an event type"],
  [{ cancelOn: [5] }, "`cancelOn[0]` is 5; allowed: an object with event, timeout, match, if"],
  [{ onFailure: {} }, "`onFailure` is an object; allowed: a function"],
  [{ checkpointing: { maxRuntime: -1 } }, "`checkpointing.maxRuntime` is -1"],
  [{ checkpointing: 1 }, "`checkpointing` is 1; allowed: true or false"],
  [{ optimizeParallelism: "yes" }, '`optimizeParallelism` is "yes"'],
  [{ toString: 5 }, "`toString` is not known"],
  [cronTrigger({ jitter: "10m" }), '`triggers[0].jitter` is "10m"; allowed: a length of time from 1s to 5m'],
  [cronTrigger({ missed: "later" }), '`triggers[0].missed` is "later"; allowed: "skip", "one" or "all"'],
  [{ triggers: { event: "e", jitter: "10s" } }, "`triggers[0].jitter` is not known; allowed: event, if"],
  [{ triggers: { event: "e", missed: "all" } }, "`triggers[0].missed` is not known; allowed: event, if"],
  [
    { triggers: { event: "*" } },
    '`triggers[0].event` is "*"; allowed: the name of an event, 1 to 255 characters, `*` only as the last one, after "/"',
  ],
  [{ triggers: { event: "shop*" } }, 'is "shop*"; allowed: the name'],
  [{ triggers: { event: "shop/*/x" } }, 'is "shop/*/x"; allowed: the name'],
  [{ triggers: [null] }, "`triggers[0]` is null"],
  [{ triggers: { event: {} } }, "`triggers[0].event` is an object"],
];

describe("a wrong option", () => {
  it.each(table)("%j is refused", (options, message) => {
    expect(() => create(options)).toThrow(message);
    expect(() => create(options)).toThrow('Function "f": ');
    expect(() => create(options)).toThrow(expect.objectContaining({ code: "invalid_option" }));
  });

  it.each([
    { throttle: undefined },
    { concurrency: 5 },
    { concurrency: { limit: 0 } },
    { concurrency: [{ limit: 1, scope: "account", key: '"all"' }, { limit: 2 }] },
    { concurrency: { fn: [{ limit: 1, key: "event.data.id" }], step: [{ limit: 2 }] } },
    { concurrency: { step: [2] } },
    { batchEvents, cancelOn: [], priority: {} },
    { concurrency: [] },
    { debounce: { period: "10s", timeout: "5s" } },
    { cancelOn: [{ event: "e", timeout: { epochMilliseconds: 5 } }] },
    { description: "" },
    { triggers: [{ event: "shop/*" }, { event: "shop/order.*" }] },
    { checkpointing: { bufferedSteps: 10, maxInterval: "1s", maxRuntime: { total: () => 5000 } } },
  ])("is not %j", (options) => {
    expect(() => create(options)).not.toThrow();
  });
});
