import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { databaseUrlHint } from "../../../server/src/cli/config/database-url-hint.ts";
import { discoveryPortsOf } from "../../../server/src/cli/config/discovery-ports.ts";
import { explainForeignFlag } from "../../../server/src/cli/config/flags.ts";
import { resolveSettings, type SettingsSource } from "../../../server/src/cli/config/resolve-settings.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "stepwell-config-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): string {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

function resolveWith(
  source: Partial<Omit<SettingsSource, "given">> & { given?: Record<string, string | boolean | string[]> } = {},
) {
  return resolveSettings({
    command: "dev",
    configPath: null,
    env: {},
    cwd: join(root, "work"),
    home: join(root, "home"),
    isTerminal: true,
    ...source,
    given: new Map(Object.entries(source.given ?? {})),
  });
}

describe("the place of the state", () => {
  const uri = "postgres://stepwell:secret@db.internal:5432/stepwell";

  it.each(["STEPWELL_POSTGRES_URI", "INNGEST_POSTGRES_URI", "STEPWELL_DATABASE_URL"])("is Postgres by %s", (name) => {
    const { data, postgres } = resolveWith({ env: { [name]: uri } });
    expect([data, postgres]).toEqual([null, { uri, namespace: "default", connections: 10 }]);
  });

  it("is Postgres by flag, with a namespace and a bound on connections", () => {
    const given = { "postgres-uri": uri, "postgres-namespace": "staging", "postgres-connections": "4" };
    expect(resolveWith({ given }).postgres).toEqual({ uri, namespace: "staging", connections: 4 });
  });

  it("is a folder that is asked for on the command line, whatever the environment says", () => {
    const { data, postgres } = resolveWith({ given: { data: "here" }, env: { STEPWELL_POSTGRES_URI: uri } });
    expect([data, postgres]).toEqual(["here", null]);
  });

  it("is one place: a folder and Postgres are refused, without the password", () => {
    const given = { "postgres-uri": uri, data: "here" };
    expect(() => resolveWith({ given })).toThrow("--postgres-uri and --data exclude each other");
  });

  it("is not taken from DATABASE_URL, which belongs to the apps beside the engine", () => {
    expect(resolveWith({ env: { DATABASE_URL: uri } }).postgres).toBeNull();
  });

  it("and who has set only that is told what to do, without the password", () => {
    const env = { DATABASE_URL: uri };
    const hint = databaseUrlHint("start", resolveWith({ command: "start", env }), env) ?? "";
    expect(hint).toMatch(/DATABASE_URL is set and not read.*STEPWELL_POSTGRES_URI=\$DATABASE_URL/);
    expect(hint).not.toContain("secret");
  });

  it.each([
    ["a folder was asked for", { env: { DATABASE_URL: uri, STEPWELL_DATA: "here" } }],
    ["a Postgres was named", { env: { DATABASE_URL: uri, STEPWELL_DATABASE_URL: uri } }],
    ["the state is in memory", { env: { DATABASE_URL: uri, STEPWELL_MEMORY: "true" } }],
    ["it is another database", { env: { DATABASE_URL: "mysql://localhost/shop" } }],
    ["it is not set", { env: {} }],
  ])("but nothing is said when %s", (_, source) => {
    expect(databaseUrlHint("start", resolveWith({ command: "start", ...source }), source.env)).toBeNull();
  });

  it("and nothing on a machine of a developer", () => {
    const env = { DATABASE_URL: uri };
    expect(databaseUrlHint("dev", resolveWith({ env }), env)).toBeNull();
  });
});

describe("defaults", () => {
  it("of dev", () => {
    expect(resolveWith()).toEqual({
      port: 8288,
      host: "127.0.0.1",
      metricsPort: null,
      otlpEndpoint: null,
      allowedHosts: [],
      appUrls: [],
      discovery: true,
      poll: true,
      postgres: null,
      isDataGiven: false,
      pollIntervalMs: 5000,
      retryIntervalMs: null,
      rateLimitMode: "sliding",
      workers: 100,
      data: ".stepwell",
      skipCheck: false,
      limits: {},
      retentionMs: 90 * 86_400_000,
      maxDiskBytes: null,
      signingKey: null,
      signingKeyFallback: null,
      trustedProxies: [],
      oidc: null,
      eventKeys: [],
      json: false,
      level: "info",
      configFile: null,
    });
  });

  it("of start", () => {
    const settings = resolveWith({ command: "start", isTerminal: false });
    expect(settings).toMatchObject({ host: "0.0.0.0", discovery: false, poll: false, json: true });
    expect(resolveWith({ command: "start", isTerminal: true }).json).toBe(false);
  });
});

describe("precedence", () => {
  it("spreads rate limits when told to, by a flag or a variable", () => {
    expect(resolveWith({ given: { "spread-rate-limits": true } }).rateLimitMode).toBe("gcra");
    expect(resolveWith({ env: { STEPWELL_SPREAD_RATE_LIMITS: "1" } }).rateLimitMode).toBe("gcra");
  });

  it("puts a flag before STEPWELL_, that before INNGEST_, that before the file", () => {
    write("work/stepwell.yaml", "port: 1\n");
    const env = { STEPWELL_PORT: "3", INNGEST_PORT: "2" };
    expect(resolveWith().port).toBe(1);
    expect(resolveWith({ env: { INNGEST_PORT: "2" } }).port).toBe(2);
    expect(resolveWith({ env }).port).toBe(3);
    expect(resolveWith({ env, given: { port: "4" } }).port).toBe(4);
    expect(resolveWith({ env: { STEPWELL_PORT: "" } }).port).toBe(1);
  });

  it("reads lists from repeated flags, commas and files", () => {
    write("work/stepwell.json", JSON.stringify({ "sdk-url": ["http://c"] }));
    expect(resolveWith().appUrls).toEqual(["http://c"]);
    expect(resolveWith({ env: { STEPWELL_SDK_URL: "http://a, http://b" } }).appUrls).toEqual(["http://a", "http://b"]);
    expect(resolveWith({ given: { "sdk-url": ["http://d", "http://e"] } }).appUrls).toEqual(["http://d", "http://e"]);
  });

  it("takes switches, seconds and levels", () => {
    expect(resolveWith({ given: { "no-discovery": true } }).discovery).toBe(false);
    expect(resolveWith({ env: { STEPWELL_NO_POLL: "true" } }).poll).toBe(false);
    expect(resolveWith({ env: { STEPWELL_NO_POLL: "false" } }).poll).toBe(true);
    expect(resolveWith({ given: { "poll-interval": "0.5", "retry-interval": "2" } })).toMatchObject({
      pollIntervalMs: 500,
      retryIntervalMs: 2000,
    });
    expect(resolveWith({ given: { "poll-interval": "0", "retry-interval": "0" } })).toMatchObject({
      pollIntervalMs: 5000,
      retryIntervalMs: null,
    });
    expect(resolveWith({ env: { LOG_LEVEL: "warn" } }).level).toBe("warn");
    expect(resolveWith({ given: { verbose: true } }).level).toBe("debug");
  });

  it("keeps state in a folder unless memory is asked for, nearest wish first", () => {
    write("work/stepwell.yaml", "memory: true\ndata: kept\n");
    expect(resolveWith().data).toBeNull();
    expect(resolveWith({ given: { data: "mine" } }).data).toBe("mine");
    expect(() => resolveWith({ given: { data: "mine", memory: true } })).toThrow(
      /--memory and --data exclude each other/,
    );
  });

  it("reads how long and how much to keep", () => {
    expect(resolveWith({ given: { retention: "12h", "max-disk": "1.5GB" } })).toMatchObject({
      retentionMs: 12 * 3_600_000,
      maxDiskBytes: 1_500_000_000,
    });
    expect(resolveWith({ given: { retention: "off" } }).retentionMs).toBeNull();
    write("work/stepwell.json", JSON.stringify({ retention: "30d", "max-disk": 20_000_000 }));
    expect(resolveWith()).toMatchObject({ retentionMs: 30 * 86_400_000, maxDiskBytes: 20_000_000 });
    expect(resolveWith({ env: { STEPWELL_MAX_DISK: "2 GiB" } }).maxDiskBytes).toBe(2 ** 31);
    for (const retention of ["5m", "long", "-1d"])
      expect(() => resolveWith({ given: { retention } })).toThrow(
        /--retention is .*expected a time of an hour or more/,
      );
    for (const size of ["5MB", "much", "7 parsecs"])
      expect(() => resolveWith({ given: { "max-disk": size } })).toThrow(/--max-disk is .*10MB or more/);
  });

  it("reads limits by name", () => {
    expect(resolveWith({ given: { limit: ["stepsPerRun=5000", "retriesMax=3"] } }).limits).toEqual({
      stepsPerRun: 5000,
      retriesMax: 3,
    });
    write("work/stepwell.yaml", "limit:\n  - eventsPerRequest=10\n");
    expect(resolveWith().limits).toEqual({ eventsPerRequest: 10 });
    expect(() => resolveWith({ given: { limit: ["steps"] } })).toThrow(/--limit is "steps": expected a name/);
    expect(() => resolveWith({ given: { limit: ["steps=5"] } })).toThrow(/There is no limit "steps"/);
    expect(() => resolveWith({ given: { limit: ["stepsPerRun=0"] } })).toThrow(/from 1 to 10000/);
  });

  it("reads the SDK's key variables for start, and never for dev", () => {
    const env = { INNGEST_SIGNING_KEY: "abcd", INNGEST_EVENT_KEY: "one,two", INNGEST_DEV: "1" };
    expect(resolveWith({ command: "start", env })).toMatchObject({ signingKey: "abcd", eventKeys: ["one", "two"] });
    expect(resolveWith({ env })).toMatchObject({ signingKey: null, eventKeys: [] });
  });
});

describe("the config file", () => {
  it("is the first on the way up, stepwell before inngest, json before yaml", () => {
    write("home/.config/inngest/inngest.yml", "port: 1");
    expect(resolveWith().port).toBe(1);
    write("home/.config/stepwell/stepwell.yml", "port: 2");
    expect(resolveWith().port).toBe(2);
    write("inngest.json", '{"port": 3}');
    expect(resolveWith().port).toBe(3);
    const path = write("work/stepwell.yml", "port: 4");
    write("work/inngest.json", '{"port": 5}');
    expect(resolveWith()).toMatchObject({ port: 4, configFile: path });
    write("work/stepwell.json", '{"port": 6}');
    expect(resolveWith().port).toBe(6);
  });

  it("can be named by flag or variable, from the working folder", () => {
    write("work/stepwell.json", '{"port": 1}');
    write("work/a.yaml", "port: 2");
    write("work/b.yaml", "port: 3");
    expect(resolveWith({ configPath: "a.yaml" }).port).toBe(2);
    expect(resolveWith({ env: { INNGEST_CONFIG: "b.yaml" } }).port).toBe(3);
    expect(resolveWith({ env: { INNGEST_CONFIG: "b.yaml", STEPWELL_CONFIG: "a.yaml" } }).port).toBe(2);
  });

  it("may be empty, and may hold keys of the other command", () => {
    write("work/stepwell.yaml", "");
    expect(resolveWith().port).toBe(8288);
    write("work/stepwell.yaml", "event-key: [a]\n");
    expect(resolveWith().eventKeys).toEqual([]);
  });

  it.each([
    ["prot: 1", /stepwell\.yaml has an unknown key "prot"\. Known are: port, host/],
    ["redis-uri: x", /unknown key "redis-uri"\. --redis-uri is not needed/],
    ["port: abc", /"port" in the config file .*stepwell\.yaml is "abc": expected a whole number from 0 to 65535/],
    ["port: 70000", /expected a whole number from 0 to 65535/],
    ["no-poll: maybe", /"no-poll" in the config file .* is "maybe": expected true or false/],
    ["host: 1", /"host" in the config file .* expected a text/],
    ["- a", /must hold keys and values/],
    ["a: [", /cannot be read/],
  ])("refuses %s", (text, message) => {
    write("work/stepwell.yaml", text);
    expect(() => resolveWith()).toThrow(message);
  });

  it("must exist when it is named", () => {
    expect(() => resolveWith({ configPath: "none.yaml" })).toThrow(/none\.yaml cannot be read: ENOENT/);
  });
});

describe("bad values", () => {
  it("name the flag or variable", () => {
    expect(() => resolveWith({ given: { port: "-1" } })).toThrow(
      '--port is "-1": expected a whole number from 0 to 65535.',
    );
    expect(() => resolveWith({ env: { INNGEST_QUEUE_WORKERS: "0" } })).toThrow(
      'INNGEST_QUEUE_WORKERS is "0": expected a whole number from 1 to 10000.',
    );
    expect(() => resolveWith({ given: { "log-level": "loud" } })).toThrow(
      /--log-level is "loud": expected one of trace/,
    );
  });

  it("never show a key", () => {
    write("work/stepwell.yaml", "signing-key: 123456\n");
    expect(() => resolveWith({ command: "start" })).toThrow(/^(?!.*123456)/);
  });
});

describe("flags of other servers", () => {
  it("are explained", () => {
    expect(explainForeignFlag("persist")).toMatch(/^--persist is not needed: state is always kept/);
    expect(explainForeignFlag("connect-gateway-port")).toMatch(/over HTTP only/);
    expect(explainForeignFlag("postgres-max-idle-conns")).toMatch(/--postgres-uri/);
    expect(explainForeignFlag("banana")).toBeNull();
  });
});

describe("discoveryPortsOf", () => {
  it("adds PORT", () => {
    expect(discoveryPortsOf({ PORT: "4567" })).toContain(4567);
    expect(discoveryPortsOf({ PORT: "3000" })).toEqual(discoveryPortsOf({}));
    expect(discoveryPortsOf({ PORT: "x" })).toEqual(discoveryPortsOf({}));
  });
});
