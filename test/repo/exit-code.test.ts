/** A test run with failures must end with a code that says so, whatever its helpers load. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { bundledProgram } from "../helpers/bundled-program.ts";

const program = await bundledProgram("test/repo/exit-code-program.ts");

test("a process that has loaded Postgres for tests keeps its exit code", () => {
  expect(spawnSync(process.execPath, [program], { encoding: "utf8" })).toMatchObject({ status: 7, stderr: "" });
});
