/** `npm run demo` as a newcomer runs it: real engine, real app, real git. */
import type { ChildProcess } from "node:child_process";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestRepository } from "../examples/repo-analysis/build-repository.ts";
import { buildRepository } from "../examples/repo-analysis/build-repository.ts";
import { guardMs } from "../helpers/guard.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const LAST_LINE = /^demo: completed run [0-9A-Z]{26} in \d+ ms$/;

interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

function startDemo(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  let resolve: (ended: Ended) => void = () => {};
  const promise = new Promise<Ended>((settle) => {
    resolve = settle;
  });
  const command = ["--conditions=stepwell-source", "--import", "tsx", "examples/repo-analysis/demo.ts", ...args];
  // Its own patience is for people.
  if (!args.includes("--timeout")) command.push("--timeout", String(guardMs / 2_000));
  const child = execFile(process.execPath, command, { cwd: ROOT }, (_error, stdout, stderr) => {
    resolve({ exitCode: child.exitCode, stdout, stderr });
  });
  return { child, ended: promise };
}

describe("npm run demo", () => {
  let repository: TestRepository;
  beforeAll(() => {
    repository = buildRepository();
    repository.write("a.ts", "1\n");
    repository.commit("feat: one", "2024-01-01T10:00:00+09:00");
    repository.write("a.ts", "1\n2\n");
    repository.commit("two", "2024-01-02T23:00:00-05:00");
  });
  afterAll(() => repository.remove());

  it("--kill: a killed engine goes on after its restart, and no finished step runs twice", async () => {
    const { exitCode, stdout, stderr } = await startDemo(repository.path, "--kill").ended;
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/engine killed with SIGKILL \(process (\d+)\) while fetch-commit-details was running/);
    const counts = Object.fromEntries(
      [...stdout.matchAll(/^ {2}([a-z-]+) +(\d+) {3}/gm)].map(([, step, count]) => [step, Number(count)]),
    );
    expect(counts).toEqual({
      "load-job-context": 1,
      "fetch-commit-list": 1,
      "fetch-commit-details": 2,
      "compute-analysis": 1,
      "save-results": 1,
    });
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(LAST_LINE);
  });

  it("analyses a repository; --keep leaves engine and app running until it is told to end, and then nothing", async () => {
    const { child, ended } = startDemo(repository.path, "--keep");
    let shown = "";
    await new Promise<void>((resolve) => {
      child.stdout?.on("data", (text: string) => {
        shown += text;
        if (shown.includes("demo: completed")) resolve();
      });
      child.once("exit", () => resolve());
    });
    const [, run = ""] = /^Run +(\S+)$/m.exec(shown) ?? [];
    const [, result = ""] = /^Result +(\S+)$/m.exec(shown) ?? [];
    const [, file = ""] = /^File +(\S+)$/m.exec(shown) ?? [];
    expect(await (await fetch(run)).json()).toMatchObject({ data: { status: "Completed" } });
    expect(await (await fetch(result)).json()).toMatchObject({ status: "done", result: { commits: 2 } });
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ commits: 2 });
    child.kill("SIGINT");
    const { exitCode, stdout, stderr } = await ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(
      /✓ load-job-context.*✓ fetch-commit-list.*✓ fetch-commit-details.*✓ compute-analysis.*✓ save-results/s,
    );
    expect(stdout).toContain("Commits        2\n");
    expect(stdout).toContain("Conventional   50 % of 2: feat 1\n");
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(LAST_LINE);
    await expect(fetch(run)).rejects.toThrow();
    await expect(fetch(result)).rejects.toThrow();
    expect(existsSync(file)).toBe(false);
  });

  it("fails with the reason for a folder that is no git repository", async () => {
    const folder = mkdtempSync(join(tmpdir(), "demo-plain-"));
    const { exitCode, stdout, stderr } = await startDemo(folder).ended;
    rmSync(folder, { recursive: true });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(`demo: failed: ${folder} is not in a git repository.`);
  });

  it("fails in time, with what the engine and the app said", async () => {
    const { exitCode, stderr } = await startDemo(repository.path, "--kill", "--timeout", "0.01").ended;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^demo: failed: Timed out while waiting for/);
    expect(stderr).toContain("-- engine's log --");
  });
});
