/** `stepwell init` on small projects of each kind: what it adds compiles, is served and runs. It replaces nothing. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServer, type StepwellServer } from "../../../server/src/main.ts";
import { eventually } from "../../helpers/eventually.ts";
import { freePort } from "../../helpers/free-port.ts";
import { root } from "../../repo/root.ts";
import { type Outcome, runCommand } from "./fake-terminal.ts";
import { entries, expressJs, kinds, on, writeProject } from "./init-projects.ts";

/** Below the repository, so that the packages are found. */
const cache = join(root, "node_modules/.cache");
let all: string;

beforeAll(() => {
  mkdirSync(cache, { recursive: true });
  all = mkdtempSync(join(cache, "stepwell-init-"));
});
afterAll(() => rmSync(all, { recursive: true, force: true }));

const project = (name: string, json: object, files?: Record<string, string>): string =>
  writeProject(all, name, json, files);

const init = (cwd: string, ...args: string[]): Promise<Outcome> => runCommand(["init", ...args], { cwd });
const read = (folder: string, path: string): string => readFileSync(join(folder, path), "utf8");

describe("a project of each kind", () => {
  it.each(kinds)("%s gets client, functions and route", async (name, json, files, added) => {
    const folder = project(name, json, files);
    const before = readdirSync(folder, { recursive: true }).length;
    const dry = await init(folder, "--dry-run");
    expect(dry.out).toContain(`would create ${added[0]}`);
    expect(readdirSync(folder, { recursive: true })).toHaveLength(before);
    const { out, error } = await init(folder);
    expect(error).toBeNull();
    for (const path of added) expect(out).toContain(`+ created ${path}`);
    expect(read(folder, added[0] ?? "")).toContain(`new Inngest({ id: "${name}" })`);
    const entry = entries[name];
    if (entry !== undefined) {
      expect(out).toContain(`~ added the route to ${entry}`);
      // What stood there stands there still.
      const kept = read(folder, entry).split("\n");
      for (const line of (files[entry] ?? "").split("\n")) expect(kept).toContain(line);
    }
    const again = JSON.parse((await init(folder, "--json")).out);
    expect(new Set(again.files.map(({ action }: { action: string }) => action))).toEqual(new Set(["keep"]));
    expect(again.files.map(({ path }: { path: string }) => path)).toEqual(expect.arrayContaining(added));
    expect(again.next).toHaveLength(3);
  });
});

describe("an app that was given a route", () => {
  let engine: StepwellServer;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    engine = createServer({ mode: "dev", store: null, port: 0, poll: false, logger });
    await engine.start();
  });
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await engine.stop(0);
  });

  it.each(["express-js", "hono-ts"])("%s syncs with the engine, and its first function runs", async (name) => {
    const outfile = join(all, `${name}.${name.endsWith("js") ? "cjs" : "mjs"}`);
    const format = name.endsWith("js") ? "cjs" : "esm";
    const external = ["express", "hono", "@hono/node-server"];
    const entry = join(all, name, entries[name] ?? "");
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      format,
      platform: "node",
      conditions: ["stepwell-source"],
      external,
    });
    const port = await freePort();
    const env = { PATH: process.env["PATH"] ?? "", PORT: String(port), INNGEST_DEV: engine.url };
    children.push(spawn(process.execPath, [outfile], { env, stdio: "inherit" }));
    await eventually("the app", async () => {
      const outcome = await engine.engine.syncUrl(`http://127.0.0.1:${port}/api/inngest`);
      return outcome.kind === "registered" ? outcome : null;
    });
    const run = await runCommand(["run", `${name}-hello`], { env: { STEPWELL_URL: engine.url } });
    expect([run.error, run.exitCode]).toEqual([null, 0]);
    expect(run.out).toContain("Hello, world!");
  });
});

describe("what it cannot do", () => {
  it("it says: no package, no framework, an app that is made elsewhere", async () => {
    expect((await init(join(all, "nowhere"))).error?.message).toMatch(/^There is no package\.json in/);
    expect((await init(project("bare", {}))).error?.message).toMatch(/^No framework was found .*next, hono, express/);
    const { out, error } = await init(project("factory", on("hono"), { "index.js": "export default makeApp();\n" }));
    expect(error).toBeNull();
    expect(out).toContain("The file that makes your app was not found. Add this to it:");
    expect(out).toContain('  app.on(["GET", "POST", "PUT"], "/api/inngest", serve({ client: inngest, functions }));');
  });

  it("it leaves what stands there, and knows package managers", async () => {
    const files = { "inngest/client.js": "mine\n", "pnpm-lock.yaml": "", "app.js": expressJs };
    const folder = project("mine", { ...on("express"), scripts: { dev: "node ./app.js" } }, files);
    const { out } = await init(folder);
    expect(out).toContain("= inngest/client.js  stands there already, and is left as it is");
    expect(read(folder, "inngest/client.js")).toBe("mine\n");
    expect(out).toContain("pnpm add stepwell && pnpm add --save-dev stepwell-server");
    expect(out).toContain("INNGEST_DEV=1 pnpm run dev");
    expect(out).toContain("pnpm exec stepwell dev -u http://localhost:3000/api/inngest");
  });
});
