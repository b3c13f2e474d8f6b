import { afterEach, describe, expect, it, vi } from "vitest";
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

function withEnv(env: Record<string, string>, options: Partial<ClientOptions> = {}): Inngest {
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
    [undefined, "options are missing"],
    [{}, "`id` must be passed"],
    [{ id: " " }, "`id` must be passed"],
    [{ id: "a", middleware: [] }, "`middleware` is not supported in this version"],
    [
      { id: "a", checkpointing: true },
      "`checkpointing` is not supported in this version of stepwell with any value but false",
    ],
    [{ id: "a", optimizeParallelism: false }, "with any value but true"],
    [{ id: "a", eventKey: 1 }, "`eventKey` is number"],
    [{ id: "a", isDev: "yes" }, "`isDev` is string"],
    [{ id: "a", fetch: {} }, "`fetch` is object"],
    [{ id: "a", logger: { info() {} } }, "`logger` has no debug, warn, error"],
  ])("refuses %j", (options, message) => {
    expect(() => new Inngest(options as never)).toThrow(message);
  });

  it("accepts what states what this SDK does", () => {
    expect(new Inngest({ id: "a", checkpointing: false, optimizeParallelism: true }).id).toBe("a");
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
