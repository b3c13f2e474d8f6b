/**
 * What the SDKs of other languages send, as they spell it: the Go SDK's registrations and answers as they were seen on the
 * wire, those of Python and Kotlin as far as their public documentation shows them.
 */
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { parseRegistration } from "../../../../server/src/core/apps/parse-registration.ts";
import { resolveLimits } from "../../../../server/src/core/limits/limits.ts";
import { noFlow } from "../../../../server/src/domain/flow.ts";
import { readAnswer } from "../../../../server/src/transport/read-answer.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { result } from "../../../helpers/scripted-caller.ts";

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`./other-sdks/${name}.json`, import.meta.url), "utf8")) as Record<string, unknown>;
const parse = (body: unknown) => parseRegistration(body, 0, resolveLimits({}));

describe("registrations of other SDKs", () => {
  it("Go: scope `Fn`, a key `Singleton`, a burst of 0, empty texts, a name without an id", () => {
    const { functions, warnings } = parse(read("go-registration"));
    expect(functions[0]).toMatchObject({
      slug: "shop-charge-card",
      name: "Charge card",
      retries: 2,
      triggers: [{ event: "shop/order.placed" }],
      flow: {
        ...noFlow,
        concurrency: [
          { limit: 5, key: null, scope: "fn" },
          { limit: 20, key: "event.data.tenant", scope: "account" },
        ],
        throttle: { limit: 1, periodMs: 4000, burst: 0, key: null },
        singleton: { mode: "skip", key: "event.data.user" },
        timeouts: { startMs: null, finishMs: 3_600_000 },
        cancelOn: [{ event: "shop/order.cancelled", condition: "event.data.id == async.data.id", timeout: null }],
      },
    });
    expect(functions[1]).toMatchObject({
      slug: "nightly-report",
      name: "Nightly Report!",
      retries: 4,
      triggers: [{ cron: "0 3 * * *" }, { event: "shop/report.asked" }],
      flow: { ...noFlow, debounce: { periodMs: 10_000, timeoutMs: null, key: null } },
    });
    expect(warnings).toEqual([]);
  });

  it("Python: underscores between words", () => {
    const { appName, functions, warnings } = parse(read("python-registration"));
    expect(appName).toBe("shop");
    expect(functions.map(({ flow }) => [flow.batch, flow.rateLimit, flow.timeouts])).toEqual([
      [{ maxSize: 10, timeoutMs: 5000, key: null, condition: null }, null, noFlow.timeouts],
      [null, { limit: 3, periodMs: 60_000, key: "event.data.user" }, { startMs: 10_000, finishMs: 60_000 }],
    ]);
    expect(warnings).toEqual([]);
  });

  it("Kotlin: words in capitals", () => {
    const { functions, warnings } = parse(read("kotlin-registration"));
    expect(functions[0]).toMatchObject({
      retries: 3,
      triggers: [{ event: "shop/import" }, { cron: "0 5 * * *" }],
      flow: {
        concurrency: [{ limit: 3, key: "event.data.tenant", scope: "env" }],
        throttle: { limit: 2, periodMs: 10_000, burst: 4, key: null },
      },
    });
    expect(warnings).toEqual([]);
  });

  it("an exact spelling wins over another one beside it, which is told of", () => {
    const both = functionConfig("f", { singleton: { mode: "skip" }, Singleton: { mode: "cancel" } });
    const { functions, warnings } = parse(registration([both]));
    expect(functions[0]?.flow.singleton).toEqual({ mode: "skip", key: null });
    expect(warnings).toEqual([expect.stringContaining('Function "f": `Singleton` is no option')]);
  });

  it("a word that no spelling makes known is refused by name", () => {
    const team = functionConfig("f", { concurrency: { limit: 1, scope: "Team" } });
    expect(() => parse(registration([team]))).toThrow(
      '`concurrency.scope` must be "fn", "env" or "account", got "Team"',
    );
  });
});

describe("unknown options of a registration", () => {
  let core: CoreEngine;
  afterEach(() => core.stop());

  it("are told at the sync, kept with the app, and change nothing else", async () => {
    core = await createCoreEngine({ scripts: { f: () => result(1) } });
    const body = registration([
      functionConfig("f", {
        singelton: { mode: "skip" },
        throttle: { limit: 1, period: "1m", jitter: "5s" },
        checkpoint: null,
        description: "For people.",
      }),
    ]);
    const expected = [
      'Function "f": `throttle.jitter` is no option that this engine knows, and changes nothing. Known here: limit, period, burst, key.',
      expect.stringMatching(/^Function "f": `singelton` is no option .*Known here: id, name, .*singleton, .*cancel/),
    ];
    const { modified, warnings } = await core.engine.register(body);
    expect([modified, [...warnings].sort()]).toEqual([true, [...expected].reverse()]);
    expect(core.engine.apps()[0]?.warnings).toEqual(warnings);
    expect(core.activities.filter(({ kind }) => kind === "app-warned")).toHaveLength(2);
    expect(core.engine.functions()[0]?.flow.throttle).toMatchObject({ limit: 1, periodMs: 60_000 });
    expect(await core.engine.register(body)).toMatchObject({ modified: false, warnings });
    expect((await core.engine.register(registration([functionConfig("f")]))).warnings).toEqual([]);
    expect(core.engine.apps()[0]?.warnings).toEqual([]);
  });
});

describe("answers of other SDKs", () => {
  const answers = read("go-answers");
  const readOps = (name: string) =>
    readAnswer({ status: 206, headers: { "x-inngest-sdk": "go:v0.14.1" }, body: JSON.stringify(answers[name]) }, 0);

  it.each([
    ["step", [{ op: "StepRun", data: { charged: true } }]],
    ["failure", [{ op: "StepError", error: { message: "card declined", noRetry: true } }]],
    ["wait", [{ op: "WaitForEvent", name: "shop/paid", opts: { timeout: "1h0m0s", event: "" } }]],
    [
      "race",
      [
        { op: "StepPlanned", opts: { parallelMode: "Race" } },
        { op: "Sleep", opts: { duration: "1h0m0s", parallelMode: "race" } },
      ],
    ],
  ])("Go: a %s", (name, operations) => {
    expect(readOps(name)).toMatchObject({ kind: "operations", operations });
  });
});
