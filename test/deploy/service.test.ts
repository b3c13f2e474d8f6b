/** packaging/deploy/stepwell.service, read by systemd itself. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { root } from "../repo/root.ts";

const run = promisify(execFile);

it("is a unit that systemd takes without a warning, and that keeps the engine in", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "stepwell-unit-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // systemd asks whether the program is there, which on this machine is elsewhere.
  const unit = readFileSync(join(root, "packaging/deploy/stepwell.service"), "utf8").replace(
    "/usr/bin/node",
    process.execPath,
  );
  const file = join(folder, "stepwell.service");
  writeFileSync(file, unit);
  const verified = await run("systemd-analyze", ["verify", file]).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") context.skip("there is no systemd-analyze on this machine");
    throw error;
  });
  expect(verified.stdout + verified.stderr).toBe("");
  const { stdout } = await run("systemd-analyze", ["security", "--offline=true", "--threshold=40", file]);
  expect(stdout).toContain("Overall exposure level");
});
