/** What npm does with the packed packages in an empty project: no warnings, little space, and the command under both names. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isUnreachable, packBoth } from "../helpers/packed-sdk.ts";

const run = promisify(execFile);

let folder: string;
/** All that npm printed; null when there is no registry to install from. */
let printed: string | null;

/** Of npm itself, not of the npm that runs these tests. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));

beforeAll(async () => {
  const packed = await packBoth();
  folder = mkdtempSync(join(tmpdir(), "stepwell-install-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "empty", private: true, version: "1.0.0" }));
  const tarballs = ["stepwell", "stepwell-server"].map((name) => join(packed, `${name}.tgz`));
  const flags = ["--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts"];
  printed = await run("npm", ["install", ...flags, ...tarballs], { cwd: folder, env }).then(
    ({ stdout, stderr }) => stdout + stderr,
    (error: unknown) => {
      if (isUnreachable(error)) return null;
      throw error;
    },
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `du` says: usual file systems give each file and folder whole blocks. */
function bytesOnDisk(path: string): number {
  const blockBytes = 4096;
  const names = ["", ...readdirSync(path, { recursive: true, encoding: "utf8" })];
  return names.reduce((sum, name) => {
    const entry = statSync(join(path, name));
    return sum + Math.ceil((entry.isDirectory() ? 1 : entry.size) / blockBytes) * blockBytes;
  }, 0);
}

describe("npm install of both packages", () => {
  it("gives no warning of an engine, a peer or something deprecated", (context) => {
    if (printed === null) context.skip("there is no registry to install from");
    expect(printed).toMatch(/added \d+ packages/);
    expect(printed).not.toMatch(/warn|deprecated|EBADENGINE/i);
  });

  it("takes at most 2 MB for the SDK", (context) => {
    if (printed === null) context.skip("there is no registry to install from");
    expect(bytesOnDisk(join(folder, "node_modules/stepwell"))).toBeLessThanOrEqual(2_000_000);
  });

  it.each(["stepwell", "stepwell-server"])("brings the command: npx %s", async (name) => {
    if (printed === null) return;
    const { stdout } = await run("npx", ["--no-install", name, "send", "--help"], { cwd: folder, env });
    expect(stdout).toMatch(new RegExp(`^Usage: ${name} send `));
  });
});
