import { afterEach, describe, expect, it, vi } from "vitest";
import type { AnyEvents } from "../../src/events/index.ts";
import { type ClientOptions, Inngest, isInngest, isInngestFunction } from "../../src/index.ts";

const VARIABLES = [
  "INNGEST_DEV",
  "NODE_ENV",
  "INNGEST_SIGNING_KEY",
  "INNGEST_ENV",
  "BRANCH_NAME",
  "BRANCH",
  "INNGEST_BASE_URL",
];
afterEach(() => vi.unstubAllEnvs());

function withEnv(env: Record<string, string>, options: Partial<ClientOptions<AnyEvents, readonly []>> = {}): Inngest {
  for (const name of VARIABLES) vi.stubEnv(name, "");
  return new Inngest({ id: "app", ...options }).setEnvVars(env);
}

describe("mode and addresses", () => {
  it.each([
    [{}, {}, "cloud"],
    [{ NODE_ENV: "production" }, {}, "cloud"],
    [{ NODE_ENV: "development" }, {}, "dev"],
    [{ NODE_ENV: "development", INNGEST_SIGNING_KEY: "ab" }, {}, "cloud"],
    [{ NODE_ENV: "development" }, { signingKey: "ab" }, "cloud"],
    [{ INNGEST_DEV: "1" }, {}, "dev"],
    [{ INNGEST_DEV: " TRUE " }, {}, "dev"],
    [{ INNGEST_DEV: "0", NODE_ENV: "development" }, {}, "cloud"],
    [{ INNGEST_DEV: "localhost:9999" }, {}, "dev"],
    [{ NEXT_PUBLIC_INNGEST_DEV: "1" }, {}, "dev"],
    [{ REACT_APP_INNGEST_DEV: "1", NEXT_PUBLIC_INNGEST_DEV: "0" }, {}, "cloud"],
    [{ NEXT_PUBLIC_INNGEST_DEV: "1", INNGEST_DEV: "0" }, {}, "cloud"],
    [{ INNGEST_DEV: "1" }, { isDev: false }, "cloud"],
    [{ INNGEST_DEV: "0" }, { isDev: true }, "dev"],
  ])("%j %j is %s", (env, options, mode) => {
    expect(withEnv(env as Record<string, string>, options).mode).toBe(mode);
  });

  it.each([
    [{}, {}, "https://api.inngest.com/", "https://inn.gs/"],
    [{ INNGEST_DEV: "1" }, {}, "http://localhost:8288/", "http://localhost:8288/"],
    [{ INNGEST_DEV: "engine:9" }, {}, "http://engine:9/", "http://engine:9/"],
    [{ INNGEST_DEV: "https://e.test/x", INNGEST_BASE_URL: "http://b" }, {}, "http://b/", "http://b/"],
    [
      { INNGEST_BASE_URL: "http://b", INNGEST_API_BASE_URL: "http://a", INNGEST_EVENT_API_BASE_URL: "http://e" },
      {},
      "http://a/",
      "http://e/",
    ],
    [{ REACT_APP_INNGEST_BASE_URL: "http://r" }, {}, "http://r/", "http://r/"],
    [{ INNGEST_BASE_URL: "http://b" }, { baseUrl: "http://mine" }, "http://mine/", "http://mine/"],
  ])("%j %j goes to %s and %s", (env, options, api, event) => {
    const client = withEnv(env as Record<string, string>, options);
    expect([client.apiBaseUrl, client.eventBaseUrl]).toEqual([api, event]);
  });

  it("says which address is none", () => {
    expect(() => withEnv({}, { baseUrl: "not an address" }).apiBaseUrl).toThrow('"not an address" is not an address');
  });

  it("reads the process's environment late", () => {
    const client = withEnv({});
    expect(client.eventKey).toBe(null);
    vi.stubEnv("INNGEST_EVENT_KEY", "late");
    expect(client.eventKey).toBe("late");
    expect(client.setEnvVars({ INNGEST_EVENT_KEY: "given" }).eventKey).toBe("given");
  });

  it("names environment and platform in its headers", () => {
    expect(withEnv({ BRANCH: "feature", NETLIFY: "true" }).headers).toMatchObject({
      "x-inngest-env": "feature",
      "x-inngest-platform": "netlify",
    });
    expect(withEnv({ INNGEST_ENV: "main", VERCEL: "1" }).headers).toMatchObject({
      "x-inngest-env": "main",
      "x-inngest-platform": "vercel",
    });
    expect(Object.keys(withEnv({}).headers)).toEqual([
      "content-type",
      "user-agent",
      "x-inngest-sdk",
      "x-inngest-sdk-handled",
    ]);
  });
});

describe("options", () => {
  it.each([
    [undefined, "`id` is missing"],
    ["shop", "`id` is missing"],
    [{}, "`id` is missing"],
    [{ id: " " }, '`id` is " "; allowed: a text that is not empty'],
    [{ id: 5 }, "`id` is 5"],
    [{ id: "a", ID: "b" }, "`ID` is not known; allowed: id, eventKey"],
    [{ id: "a", middleware: {} }, "`middleware` is an instance of Object"],
    [{ id: "a", middleware: [class Foreign {}] }, '`middleware[0]` is the function "Foreign"'],
    [{ id: "a", checkpointing: "yes" }, '`checkpointing` is "yes"; allowed: true or false'],
    [
      { id: "a", checkpointing: { bufferedSteps: 0 } },
      "`checkpointing.bufferedSteps` is 0; allowed: a whole number of 1",
    ],
    [
      { id: "a", checkpointing: { maxRuntime: "soon" } },
      '`checkpointing.maxRuntime` is "soon"; allowed: a length of time',
    ],
    [{ id: "a", checkpointing: { steps: 1 } }, "`checkpointing.steps` is not known"],
    [{ id: "a", experimentalCheckpointing: 1 }, "`experimentalCheckpointing` is 1"],
    [{ id: "a", optimizeParallelism: 1 }, "`optimizeParallelism` is 1; allowed: true or false"],
    [{ id: "a", sessionPropagation: "no" }, '`sessionPropagation` is "no"'],
    [{ id: "a", aiMetadata: true }, "`aiMetadata` is true; allowed: false: it is not built"],
    [{ id: "a", eventKey: 1 }, "`eventKey` is number; allowed: a text"],
    [{ id: "a", isDev: "yes" }, '`isDev` is "yes"; allowed: true or false'],
    [{ id: "a", fetch: {} }, "`fetch` is an object; allowed: a function"],
    [{ id: "a", logger: { info() {} } }, "`logger` has no debug, warn, error"],
    [{ id: "a", internalLogger: null }, "`internalLogger` has no debug, info, warn, error"],
    [{ id: "a", schemas: { a: 1 } }, "`schemas` is an object; allowed: new EventSchemas()"],
    [{ id: "a", schemas: null }, "`schemas` is null"],
  ])("refuses %j", (options, message) => {
    expect(() => new Inngest(options as never)).toThrow(message);
  });

  it("shows no key in an error", () => {
    const secret = "signkey-prod-0123456789abcdef";
    for (const option of ["signingKey", "signingKeyFallback", "eventKey"]) {
      const wrong = { id: "a", [option]: [secret] };
      expect(() => new Inngest(wrong as never)).toThrow(`\`${option}\` is object`);
      expect(() => new Inngest(wrong as never)).not.toThrow(secret);
    }
    expect(() => new Inngest({ id: "a" }).setEventKey([secret] as never)).not.toThrow(secret);
  });

  it("fills in defaults", () => {
    const client = withEnv({});
    expect(client.checkpointing).toEqual({ bufferedSteps: 1, maxIntervalMs: 0, maxRuntimeMs: 10_000 });
    expect([client.optimizeParallelism, client.sessionPropagation, client.schemas, client.funcs]).toEqual([
      true,
      true,
      null,
      [],
    ]);
    expect([client.internalLogger, client.explicitDevUrl]).toEqual([client.logger, null]);
  });

  it("takes checkpointing under both names, and all of it", () => {
    expect(withEnv({}, { checkpointing: false }).checkpointing).toBe(null);
    expect(withEnv({}, { experimentalCheckpointing: false }).checkpointing).toBe(null);
    const checkpointing = { bufferedSteps: 5, maxInterval: "2s", maxRuntime: 60_000 } as const;
    expect(withEnv({}, { checkpointing }).checkpointing).toEqual({
      bufferedSteps: 5,
      maxIntervalMs: 2000,
      maxRuntimeMs: 60_000,
    });
  });

  it("reads the rest of its variables", () => {
    expect(withEnv({ INNGEST_SESSION_PROPAGATION: "false" }).sessionPropagation).toBe(false);
    expect(withEnv({ INNGEST_SESSION_PROPAGATION: "0" }, { sessionPropagation: true }).sessionPropagation).toBe(true);
    expect(withEnv({ INNGEST_DEV: "engine:9" }).explicitDevUrl).toBe("http://engine:9/");
    expect(withEnv({ INNGEST_SIGNING_KEY_FALLBACK: "ab" }).signingKeyFallback).toBe("ab");
  });

  it("keeps the functions it made, in order, and is ready at once", async () => {
    const client = withEnv({});
    const one = client.createFunction({ id: "one" }, () => 1);
    const two = client.createFunction({ id: "two" }, { event: "e" }, () => 2);
    expect(client.funcs).toEqual([one, two]);
    expect(await client.ready).toBe(undefined);
  });

  it("takes another event key later", () => {
    const client = withEnv({ INNGEST_EVENT_KEY: "first" }, { eventKey: "given" });
    client.setEventKey("second");
    expect(client.eventKey).toBe("second");
    expect(() => client.setEventKey("")).toThrow("setEventKey() expects an event key");
  });

  it("is recognised by its brand", () => {
    const client = new Inngest({ id: "a" });
    expect(Object.prototype.toString.call(client)).toBe("[object Inngest.App]");
    expect([isInngest(client), isInngest({}), isInngest(null)]).toEqual([true, false, false]);
    const fn = client.createFunction({ id: "f" }, { event: "e" }, () => 1);
    expect(Object.prototype.toString.call(fn)).toBe("[object Inngest.Function]");
    expect([isInngestFunction(fn), isInngestFunction(client)]).toEqual([true, false]);
  });
});
