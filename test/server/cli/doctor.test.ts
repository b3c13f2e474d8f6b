/** `stepwell doctor`: each fault is planted in real small servers, and found. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Inngest } from "stepwell";
import { createServer as createAppServer } from "stepwell/node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkServeOrigin } from "../../../server/src/cli/doctor/check-apps.ts";
import { checkDisk } from "../../../server/src/cli/doctor/check-state.ts";
import type { DoctorContext, Finding } from "../../../server/src/cli/doctor/doctor-context.ts";
import { createServer, type ServerOptions, type StepwellServer } from "../../../server/src/main.ts";
import { freePort } from "../../helpers/free-port.ts";
import { runCommand } from "./fake-terminal.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const signingKey = "signkey-test-0123456789abcdef";
const eventKey = "mine";
let dev: StepwellServer;
let cloud: StepwellServer;
let folder: string;
let port: number;
const servers: Server[] = [];
const engines: StepwellServer[] = [];

async function startEngine(options: Partial<ServerOptions>): Promise<StepwellServer> {
  const engine = createServer({
    mode: "dev",
    store: null,
    host: "127.0.0.1",
    port: 0,
    poll: false,
    logger: silent,
    ...options,
  });
  await engine.start();
  engines.push(engine);
  return engine;
}

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (answer: RequestListener): Promise<string> => listen(createHttpServer(answer));

interface AppOptions {
  id?: string;
  isDev?: boolean;
  key?: string;
  baseUrl?: string;
}

/** An app with one function; its address. */
async function startApp({
  id = "shop",
  isDev = true,
  key = signingKey,
  baseUrl = dev.url,
}: AppOptions): Promise<string> {
  const keys = isDev ? {} : { signingKey: key, eventKey };
  const client = new Inngest({ id, isDev, baseUrl, logger: silent, ...keys });
  const work = client.createFunction({ id: "work", triggers: { event: "shop/work" } }, () => 1);
  return `${await listen(createAppServer({ client, functions: [work] }))}/api/inngest`;
}

beforeAll(async () => {
  [dev, cloud] = await Promise.all([
    startEngine({}),
    startEngine({ mode: "start", signingKey, eventKeys: [eventKey] }),
  ]);
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "stepwell-doctor-"));
  port = await freePort();
  return () => rmSync(folder, { recursive: true, force: true });
});

afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.stop(0)));
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});

interface Examined {
  findings: Finding[];
  exitCode: number;
  text: string;
}

async function doctor(
  url: string,
  args: string[] = [],
  env: Record<string, string> = {},
  more: Parameters<typeof runCommand>[1] = {},
): Promise<Examined> {
  const all = ["doctor", "--url", url, "--port", String(port), ...args];
  const place = { cwd: folder, env: { INNGEST_DEV: dev.url, ...env }, ...more };
  const { out, error, exitCode } = await runCommand([...all, "--json"], place);
  expect(error).toBeNull();
  return { findings: JSON.parse(out).findings, exitCode, text: out };
}

const cloudEnv = (more: Record<string, string> = {}): Record<string, string> => ({
  INNGEST_DEV: "",
  INNGEST_BASE_URL: cloud.url,
  INNGEST_SIGNING_KEY: signingKey,
  INNGEST_EVENT_KEY: eventKey,
  ...more,
});

/** That this is found, as a problem or warning with a fix. */
function expectFound(
  { findings, exitCode, text }: Examined,
  level: "problem" | "warning",
  check: string,
  message: RegExp,
): void {
  expect(findings).toContainEqual({
    check,
    level,
    message: expect.stringMatching(message),
    fix: expect.stringMatching(/.{10}/),
  });
  if (level === "problem") expect(exitCode).toBe(1);
  expect(text).not.toContain("0123456789abcdef");
}

describe("a set-up in which nothing is wrong", () => {
  it("has no problem, in dev mode and in start mode, and is shown as lines", async () => {
    const app = await startApp({});
    await dev.engine.syncUrl(app);
    const well = await doctor(dev.url, ["-u", app]);
    expect(well.findings.filter(({ level }) => level !== "ok")).toEqual([]);
    expect(well.exitCode).toBe(0);
    const real = await startApp({ id: "real", isDev: false, baseUrl: cloud.url });
    await cloud.engine.syncUrl(real);
    const secured = await doctor(cloud.url, ["-u", real], cloudEnv());
    expect(secured.findings.filter(({ level }) => level !== "ok")).toEqual([]);
    const { out } = await runCommand(["doctor", "--url", "http://127.0.0.1:1"], { cwd: folder });
    expect(out).toMatch(/^✗ problem {2}engine {8}No engine answers at http:\/\/127\.0\.0\.1:1\.\n +fix: Start one/);
    expect(out).toMatch(/1 problem, \d+ warnings?$/);
  });
});

describe("the engine", () => {
  it("is not there, or its port is taken by another program", async () => {
    expectFound(await doctor("http://127.0.0.1:1"), "problem", "engine", /No engine answers/);
    const other = await answering((_request, response) => response.end("<html>"));
    expectFound(await doctor(other), "problem", "engine", /Port \d+ is taken: .* no Stepwell engine/);
    port = Number(new URL(other).port);
    expectFound(await doctor(dev.url), "problem", "port", /Port \d+ is taken by another program/);
  });

  it("has a clock that is wrong", async () => {
    const late = (ms: number) => ({ now: () => Date.now() + ms });
    expectFound(
      await doctor(dev.url, [], {}, late(600_000)),
      "problem",
      "clock",
      /10m 00s behind .* refused beyond 5m/,
    );
    expectFound(await doctor(dev.url, [], {}, late(-60_000)), "warning", "clock", /1m 00s ahead of/);
  });

  it("does not know the keys", async () => {
    const url = cloud.url;
    expectFound(await doctor(url, [], cloudEnv({ INNGEST_SIGNING_KEY: "" })), "problem", "access", /does not let/);
    const wrong = await doctor(url, [], cloudEnv({ INNGEST_SIGNING_KEY: "signkey-test-00ff" }));
    expectFound(wrong, "problem", "signing key", /is not the engine's/);
    const none = await doctor(url, [], cloudEnv({ INNGEST_SIGNING_KEY: "nonsense" }), {});
    expectFound(none, "problem", "signing key", /is no signing key/);
    const event = await doctor(url, [], cloudEnv({ INNGEST_EVENT_KEY: "theirs" }));
    expectFound(event, "problem", "event key", /none of the engine's/);
  });
});

describe("variables", () => {
  it.each([
    ["INNGEST_BASE_URL", "http://127.0.0.1:9"],
    ["INNGEST_DEV", "127.0.0.1:9"],
    ["INNGEST_EVENT_API_BASE_URL", "https://inn.gs"],
  ])("such as %s lead elsewhere", async (name, value) => {
    expectFound(
      await doctor(dev.url, [], { [name]: value }),
      "problem",
      "environment",
      new RegExp(`^${name} is .*elsewhere`),
    );
  });

  it("are read from .env files too, and are no addresses", async () => {
    writeFileSync(join(folder, ".env.local"), "INNGEST_BASE_URL=engine\n");
    expectFound(
      await doctor(dev.url),
      "problem",
      "environment",
      /^INNGEST_BASE_URL \(in \.env\.local\) is "engine", which is no address/,
    );
  });

  it("are missing, or put apps into the wrong mode", async () => {
    const base = await doctor(cloud.url, [], cloudEnv({ INNGEST_BASE_URL: "" }));
    expectFound(base, "problem", "base url", /INNGEST_BASE_URL is not set/);
    expectFound(await doctor(dev.url, [], { INNGEST_DEV: "1" }), "warning", "base url", /look for a dev engine at/);
    const isDev = await doctor(cloud.url, [], cloudEnv({ INNGEST_DEV: "1" }));
    expectFound(isDev, "problem", "environment", /INNGEST_DEV is set/);
    expectFound(await doctor(dev.url, [], { INNGEST_DEV: "0" }), "warning", "environment", /cloud mode/);
  });
});

describe("an app", () => {
  it("is not there, is no app, or is registered elsewhere", async () => {
    const closed = `http://127.0.0.1:${await freePort()}/api/inngest`;
    expectFound(await doctor(dev.url, ["-u", closed]), "problem", "apps", /connection refused/);
    const page = await answering((_request, response) => response.writeHead(404).end());
    expectFound(await doctor(dev.url, ["-u", page]), "problem", "apps", /is no app: status 404/);
    expectFound(await doctor(dev.url, ["-u", await startApp({})]), "problem", "apps", /is not registered/);
    const moved = await startApp({ id: "real", isDev: false, baseUrl: "http://127.0.0.1:9" });
    const found = await doctor(cloud.url, ["-u", moved], cloudEnv());
    expectFound(found, "problem", "apps", /App "real" answers at .* but is registered at/);
    expectFound(found, "problem", "apps", /sends events at http:\/\/127\.0\.0\.1:9.*, not at this engine/);
  });

  it("has another key, or is in the wrong mode", async () => {
    const other = await startApp({ isDev: false, key: "signkey-test-00ff", baseUrl: cloud.url });
    expectFound(await doctor(cloud.url, ["-u", other], cloudEnv()), "problem", "apps", /refuses the signing key/);
    expectFound(await doctor(dev.url, ["-u", other]), "problem", "apps", /in cloud mode, and refuses/);
    expectFound(await doctor(cloud.url, ["-u", await startApp({})], cloudEnv()), "problem", "apps", /in dev mode/);
  });

  it("cannot be reached by the engine, or has an old SDK", async () => {
    const gone = createAppServer({ client: new Inngest({ id: "gone", isDev: true, logger: silent }), functions: [] });
    const url = `${await listen(gone)}/api/inngest`;
    const step = { id: "step", name: "step", runtime: { type: "http" as const, url } };
    const fn = { id: "gone-f", name: "f", triggers: [{ event: "gone/f" }], steps: { step } };
    const body = { url, deployType: "ping", framework: "node", appName: "gone", functions: [fn], v: "0.1" } as const;
    await dev.engine.register({ ...body, sdk: "js:v2.7.0" });
    expectFound(await doctor(dev.url), "problem", "sdk", /App "gone" has version 2\.7\.0 .* do not work/);
    await dev.engine.register({ ...body, sdk: "js:v3.40.0" });
    expectFound(await doctor(dev.url), "warning", "sdk", /version 3\.40\.0 .* older than 4/);
    gone.closeAllConnections();
    await new Promise((resolve) => gone.close(resolve));
    await dev.engine.syncUrl(url);
    expectFound(await doctor(dev.url), "problem", "apps", /cannot be used by the engine: .*refused/);
  });

  it("registered an address of its own machine with an engine that is elsewhere", async () => {
    const latestSync = { url: "http://localhost:3000/api/inngest" };
    const engine = { kind: "engine", apps: [{ id: "shop", latestSync }] };
    const client = { url: "https://engine.example.com" };
    const context = { engine, client, variable: () => null } as unknown as DoctorContext;
    const found = await checkServeOrigin(context);
    expect(found).toMatchObject([
      { level: "problem", message: expect.stringMatching(/leads the engine .* to its own machine/) },
    ]);
    const broken = await doctor(dev.url, [], { INNGEST_SERVE_ORIGIN: "http://" });
    expectFound(broken, "problem", "serve origin", /which is no address/);
  });
});

describe("the state", () => {
  it("cannot be kept where a file is, or where nobody may write", async () => {
    writeFileSync(join(folder, "file"), "");
    expectFound(await doctor(dev.url, ["--data", join(folder, "file", "state")]), "problem", "data", /is a file/);
    // Root may write everywhere.
    if (process.getuid?.() === 0) return;
    mkdirSync(join(folder, "closed"));
    chmodSync(join(folder, "closed"), 0o500);
    expectFound(await doctor(dev.url, ["--data", join(folder, "closed", "state")]), "problem", "data", /not writable/);
  });

  it("is held by another engine", async () => {
    const data = join(folder, "state");
    const holder = await startEngine({ store: data });
    expectFound(await doctor("http://127.0.0.1:1", ["--data", data]), "problem", "data", /held by another engine/);
    expect((await doctor(holder.url, ["--data", data], { INNGEST_DEV: holder.url })).findings).toContainEqual(
      expect.objectContaining({ check: "data", level: "ok", message: expect.stringContaining("is in use") }),
    );
    await holder.stop(0);
  });

  it("has a Postgres that does not answer, settings that are wrong, or a disk without room", async () => {
    const closed = `postgres://u:secret@127.0.0.1:${await freePort()}/db`;
    const postgres = await doctor(dev.url, ["--postgres-uri", closed]);
    expectFound(postgres, "problem", "postgres", /./);
    expect(postgres.text).not.toContain("secret");
    expectFound(await doctor(dev.url, [], { STEPWELL_RETENTION: "soon" }), "problem", "settings", /STEPWELL_RETENTION/);
    const settings = { data: ".stepwell" };
    const disk = (free: number, total: number) =>
      checkDisk({ settings, cwd: folder, freeBytes: async () => ({ free, total }) } as unknown as DoctorContext);
    expect(await disk(100, 1e12)).toMatchObject([{ check: "disk", level: "problem" }]);
    expect(await disk(1e9, 1e12)).toMatchObject([{ check: "disk", level: "warning" }]);
    expect(await disk(1e11, 1e12)).toMatchObject([{ check: "disk", level: "ok" }]);
  });
});
