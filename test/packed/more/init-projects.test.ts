/** What `stepwell init` adds to projects compiles, and bundles. Part of `npm run test:packed`: a compiler takes its time. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import ts from "typescript";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../../repo/root.ts";
import { runCommand } from "../../server/cli/fake-terminal.ts";
import { kinds, writeProject } from "../../server/cli/init-projects.ts";

const cache = join(root, "node_modules/.cache");
let all: string;

beforeAll(async () => {
  mkdirSync(cache, { recursive: true });
  all = mkdtempSync(join(cache, "stepwell-init-"));
  for (const [name, json, files] of kinds) await runCommand(["init"], { cwd: writeProject(all, name, json, files) });
});
afterAll(() => rmSync(all, { recursive: true, force: true }));

it("compiles", async () => {
  const paths = kinds.flatMap(([name, , files, added]) =>
    [...added, ...Object.keys(files)].filter((path) => /\.ts$/.test(path)).map((path) => join(all, name, path)),
  );
  const program = ts.createProgram(paths, {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    customConditions: ["stepwell-source"],
    allowImportingTsExtensions: true,
    types: ["node"],
  });
  const found = paths.flatMap((path) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  });
  expect(
    found.map(({ messageText, file }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`),
  ).toEqual([]);
  for (const [name, , , added] of kinds.filter(([kind]) => kind.endsWith("-js")))
    await build({
      entryPoints: added.map((path) => join(all, name, path)),
      bundle: true,
      write: false,
      outdir: all,
      format: "esm",
      platform: "node",
      conditions: ["stepwell-source"],
      logLevel: "silent",
    });
});
