/** The table of function options: what the SDK lets through, the engine takes, and what one refuses, the other refuses under the same name. */
import { describe, expect, it } from "vitest";
import { parseRegistration } from "../../server/src/core/apps/parse-registration.ts";
import { limitNames, resolveLimits } from "../../server/src/core/limits/limits.ts";
import { type DurationInput, durationToMs } from "../../src/duration/index.ts";
import { toRegistration } from "../../src/function/index.ts";
import { Inngest } from "../../src/index.ts";
import { excludedOption, limits } from "../../src/protocol/index.ts";
import { type OptionSample, optionPairs, optionSamples } from "../helpers/option-samples.ts";

const client = new Inngest({ id: "app" });
const trigger = { triggers: { event: "e" } };
const samples = optionSamples();
const shown = (all: OptionSample[]): [string, OptionSample][] =>
  all.map((sample) => [`${JSON.stringify(sample.options).slice(0, 120)} (${sample.refusedAs ?? "taken"})`, sample]);

/** Everything that is said of a function in a registration, as it arrives at an engine. */
function registeredBySdk(options: object): object[] {
  const fn = client.createFunction({ id: "f", ...trigger, ...options } as never, (() => 1) as never);
  return JSON.parse(JSON.stringify(toRegistration(fn, "app", "http://a.test/api"))) as object[];
}

/** The same, of options that our SDK would refuse: as an SDK without checks sends them. */
function registeredUnchecked({ retries, cancelOn, triggers = trigger.triggers, ...flow }: OptionSample["options"]) {
  const step = { id: "step", name: "step", runtime: { type: "http", url: "http://a.test/api?fnId=app-f" } };
  const list = (Array.isArray(triggers) ? triggers : [triggers]).map(({ if: expression, ...rest }) => ({
    ...rest,
    ...(expression === undefined ? {} : { expression }),
  }));
  const steps = { step: { ...step, ...(retries === undefined ? {} : { retries: wireRetries(retries) }) } };
  return [{ id: "app-f", name: "f", triggers: list, steps, ...flow, cancel: cancelOn }];
}

/** Delays travel in milliseconds; what is no delay stays as it is. */
function wireRetries(retries: unknown): unknown {
  const { backoff } = (retries ?? {}) as { backoff?: unknown };
  if (backoff === undefined) return { attempts: retries };
  const toMs = (delay: unknown): unknown => {
    try {
      return durationToMs(delay as DurationInput);
    } catch {
      return delay;
    }
  };
  if (Array.isArray(backoff)) return { attempts: 4, backoff: backoff.map(toMs) };
  const given = backoff as Record<string, unknown>;
  const filled = { initial: 1000, factor: 2, max: 60_000, jitter: 0, ...given };
  return { attempts: 4, backoff: { ...filled, initial: toMs(filled.initial), max: toMs(filled.max) } };
}

function parse(functions: object[]): unknown {
  const common = {
    url: "http://a.test/api",
    deployType: "ping",
    framework: "x",
    appName: "app",
    sdk: "js:v4",
    v: "0.1",
  };
  const body = JSON.parse(JSON.stringify({ ...common, functions })) as unknown;
  return parseRegistration(body, Date.UTC(2030, 0), resolveLimits({}));
}

const namesIt = (name: string): RegExp => new RegExp(`\`(triggers\\[0\\]\\.)?${name.replace(/[[\].]/g, "\\$&")}\``);
const messageOf = (attempt: () => unknown): string => {
  try {
    attempt();
    return "taken";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("what the table lets through", () => {
  const taken = samples.filter(({ refusedAs }) => refusedAs === null);

  it("is something of every option", () => {
    expect(taken.length).toBeGreaterThan(150);
    expect(samples.length - taken.length).toBeGreaterThan(200);
  });

  it.each(shown(taken))("the SDK takes, and the engine takes what the SDK registers: %s", (_what, { options }) => {
    expect(messageOf(() => parse(registeredBySdk(options)))).toBe("taken");
  });

  it.each(shown(taken))("the engine takes from an SDK that checks nothing: %s", (_what, { options }) => {
    expect(messageOf(() => parse(registeredUnchecked(options)))).toBe("taken");
  });
});

describe("what the table refuses", () => {
  const refused = samples.filter(({ refusedAs }) => refusedAs !== null);

  it.each(shown(refused))("the SDK and the engine refuse under one name: %s", (_what, { options, refusedAs }) => {
    const name = namesIt(refusedAs ?? "");
    expect(messageOf(() => registeredBySdk(options))).toMatch(name);
    expect(messageOf(() => parse(registeredUnchecked(options)))).toMatch(name);
  });
});

describe("two options beside each other", () => {
  it.each(shown(optionPairs()))("%s", (_what, { options, refusedAs }) => {
    const sdk = messageOf(() => registeredBySdk(options));
    const engine = messageOf(() => parse(registeredUnchecked(options)));
    if (refusedAs === null) expect([sdk, engine]).toEqual(["taken", "taken"]);
    else for (const message of [sdk, engine]) expect(message).toMatch(namesIt(refusedAs));
  });

  it("exclude each other only when both ask for something", () => {
    const batchEvents = { maxSize: 5, timeout: "5s" };
    for (const nothing of [{ cancelOn: [] }, { priority: {} }]) {
      expect(messageOf(() => parse(registeredBySdk({ batchEvents, ...nothing })))).toBe("taken");
    }
    expect(excludedOption((option) => option !== "batchEvents")).toBeUndefined();
  });
});

describe("a bound that the engine's owner may set", () => {
  it("is the table's until then", () => {
    const set = resolveLimits({});
    for (const name of limitNames) expect([name, set[name]]).toEqual([name, limits[name]]);
  });
});
