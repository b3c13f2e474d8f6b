/**
 * What users write compiles against the packed packages, declarations of it can be written, and those compile where they
 * are used. Here with one of the settings for each compiler; `npm run test:packed` takes them all.
 */
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { compileFolder, compileNatively, compileTexts, loadCompiler, settings } from "./compile-project.ts";
import { makeTypedProject, type TypedProject } from "./typed-project.ts";

let project: TypedProject;

beforeAll(async () => {
  project = await makeTypedProject();
});

describe("programs, pages and examples", () => {
  it("compile with TypeScript 5.9 for bundlers, and so do the declarations made of them", () => {
    const compiler = loadCompiler(project, "typescript-5.9");
    const compiled = compileFolder(compiler, project, settings.bundler);
    expect(compiled.problems).toEqual([]);
    // It starts a database of 60 MB, which is not installed for one file.
    expect(compiled.leftOut).toEqual(["esm/examples/price-watch/start.ts"]);
    expect(compiled.files).toBeGreaterThan(100);
    expect(compiled.declarations.size).toBeGreaterThan(4);
    expect(compileTexts(compiler, project, settings.bundler, compiled.declarations).problems).toEqual([]);
  });

  it("compile with TypeScript 7 as Node.js reads modules", async () => {
    expect(await compileNatively(project, settings.node16Esm)).toEqual([]);
  });
});

describe("programs", () => {
  it("compile with TypeScript 5.4 as Node.js reads CommonJS", () => {
    const compiler = loadCompiler(project, "typescript-5.4");
    const compiled = compileFolder(compiler, project, settings.node16Cjs, ["programs"]);
    expect(compiled.problems).toEqual([]);
    expect(compiled.files).toBeGreaterThan(30);
  });

  it("compile with resolution that knows no exports, as Next.js 15 sets it", () => {
    const compiler = loadCompiler(project, "typescript-5.9");
    const compiled = compileFolder(compiler, project, settings.node10Esm, ["programs"]);
    expect(compiled.problems).toEqual([]);
    expect(compiled.files).toBeGreaterThan(30);
  });

  it("would be caught with a mistake", () => {
    const code = 'import { Middleware } from "stepwell";\nexport type Wrong = Middleware.WrapNothing;\n';
    const texts = new Map([[join(project.folder, "esm/mistaken.ts"), code]]);
    const { problems } = compileTexts(loadCompiler(project, "typescript-5.9"), project, settings.bundler, texts);
    expect(problems).toEqual([expect.stringMatching(/^esm\/mistaken\.ts:2: TS2694: .*WrapNothing/)]);
  });
});
