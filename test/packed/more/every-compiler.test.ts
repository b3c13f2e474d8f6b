/** What users write, with every compiler and every way of finding packages. Part of `npm run test:packed`. */
import { beforeAll, describe, expect, it } from "vitest";
import { compileFolder, compileNatively, compileTexts, loadCompiler, settings } from "../compile-project.ts";
import { makeTypedProject, type TypedProject } from "../typed-project.ts";

let project: TypedProject;

beforeAll(async () => {
  project = await makeTypedProject();
});

describe.each(["typescript-5.4", "typescript-5.9"] as const)("%s", (name) => {
  it.each(Object.entries(settings))("compiles programs, pages and examples: %s", (_, given) => {
    const compiler = loadCompiler(project, name);
    const compiled = compileFolder(compiler, project, given);
    expect(compiled.problems).toEqual([]);
    // Some frameworks' packages are not found by compilers that know no exports, or not from CommonJS.
    expect(compiled.leftOut.length).toBeLessThan(12);
    expect(compiled.files).toBeGreaterThan(given.format === "esm" ? 100 : 60);
    expect(compileTexts(compiler, project, given, compiled.declarations).problems).toEqual([]);
  });
});

describe("typescript-7", () => {
  const known = Object.entries(settings).filter(([, { moduleResolution }]) => moduleResolution !== "node10");

  it.each(known)("compiles programs, pages and examples: %s", async (_, given) => {
    expect(await compileNatively(project, given)).toEqual([]);
  });
});
