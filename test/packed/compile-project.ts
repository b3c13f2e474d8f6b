/** Compiles a project of a user with a compiler and settings of theirs. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import type { TypedProject } from "./typed-project.ts";

const run = promisify(execFile);

type Compiler = typeof ts;

export interface Settings {
  /** The folder of the project. */
  readonly format: "esm" | "cjs";
  readonly module: "ESNext" | "Node16" | "CommonJS";
  readonly moduleResolution: "bundler" | "node16" | "node10";
}

/** By the ways in which compilers look for packages. */
export const settings = {
  bundler: { format: "esm", module: "ESNext", moduleResolution: "bundler" },
  node16Esm: { format: "esm", module: "Node16", moduleResolution: "node16" },
  node16Cjs: { format: "cjs", module: "Node16", moduleResolution: "node16" },
  node10Esm: { format: "esm", module: "ESNext", moduleResolution: "node10" },
  node10Cjs: { format: "cjs", module: "CommonJS", moduleResolution: "node10" },
} as const satisfies Record<string, Settings>;

/** The codes of what CommonJS does not have: `await` at the top, and `import.meta`. */
const onlyInModules = new Set([1309, 1343, 1378, 1470, 2854]);

/** `lib.dom.d.ts` and the like take longest to read, and are the same for every settings. */
const readFiles = new Map<string, ts.SourceFile | undefined>();

export function loadCompiler({ dependencies }: TypedProject, name: "typescript-5.4" | "typescript-5.9"): Compiler {
  return createRequire(join(dependencies, "package.json"))(name) as Compiler;
}

function optionsOf(compiler: Compiler, folder: string, given: Settings): ts.CompilerOptions {
  const resolutions = {
    bundler: compiler.ModuleResolutionKind.Bundler,
    node16: compiler.ModuleResolutionKind.Node16,
    node10: compiler.ModuleResolutionKind.Node10,
  };
  return {
    target: compiler.ScriptTarget.ES2022,
    module: compiler.ModuleKind[given.module],
    moduleResolution: resolutions[given.moduleResolution],
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: ["node"],
    strict: true,
    skipLibCheck: false,
    esModuleInterop: true,
    composite: true,
    declaration: true,
    emitDeclarationOnly: true,
    allowImportingTsExtensions: true,
    rootDir: folder,
    outDir: `${folder}-out`,
  };
}

/** A host that reads what does not change from one program to the next once. */
function hostFor(
  compiler: Compiler,
  options: ts.CompilerOptions,
  written: ReadonlyMap<string, string>,
): ts.CompilerHost {
  const host = compiler.createCompilerHost(options);
  // As `tsc` reads: without the comments that only editors show.
  host.jsDocParsingMode = compiler.JSDocParsingMode.ParseForTypeErrors;
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (path, language, ...rest) => {
    const text = written.get(path);
    if (text !== undefined) return compiler.createSourceFile(path, text, language);
    if (!path.includes("/node_modules/")) return getSourceFile(path, language, ...rest);
    const format = typeof language === "object" ? language.impliedNodeFormat : undefined;
    const key = [compiler.version, options.module, format, path].join(" ");
    if (!readFiles.has(key)) readFiles.set(key, getSourceFile(path, language, ...rest));
    return readFiles.get(key);
  };
  host.fileExists = (path) => written.has(path) || fileExists(path);
  host.readFile = (path) => written.get(path) ?? readFile(path);
  host.directoryExists = (path) =>
    compiler.sys.directoryExists(path) || [...written.keys()].some((file) => file.startsWith(`${path}/`));
  return host;
}

/** Whether a package that is not ours is not found, or not from CommonJS. */
const isAboutAnotherPackage = (code: number, text: string): boolean =>
  [1479, 2307, 7016].includes(code) && !/['"](?:stepwell|\.{1,2}\/)/.test(text);

/** The project's own files and those of the two packages: what must be right. */
const isOurs = (path: string, project: TypedProject): boolean => path.startsWith(`${project.folder}/`);

/** The files that import another package which these settings do not find. That is between those two. */
function filesWithoutTheirImports(compiler: Compiler, project: TypedProject, program: ts.Program): Set<string> {
  const own = program.getSourceFiles().filter((file) => isOurs(file.fileName, project) && !file.isDeclarationFile);
  const found = own.filter((file) =>
    program
      .getSemanticDiagnostics(file)
      .some(({ code, messageText }) =>
        isAboutAnotherPackage(code, compiler.flattenDiagnosticMessageText(messageText, " ")),
      ),
  );
  return new Set(found.map(({ fileName }) => fileName));
}

export interface Compiled {
  /** `<file>:<line>: TS<code>: <text>`. */
  readonly problems: string[];
  readonly files: number;
  /** Files that were left out, since a package that they import is not found by these settings. */
  readonly leftOut: string[];
  /** The declarations of the project's own programs, by the path where they would be. */
  readonly declarations: ReadonlyMap<string, string>;
}

function check(
  compiler: Compiler,
  project: TypedProject,
  program: ts.Program,
  commonJs: boolean,
): Omit<Compiled, "declarations"> {
  const leftOut = filesWithoutTheirImports(compiler, project, program);
  const ours = program.getSourceFiles().filter(({ fileName }) => isOurs(fileName, project) && !leftOut.has(fileName));
  const diagnostics = [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...ours.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
      ...(file.isDeclarationFile ? [] : program.getDeclarationDiagnostics(file)),
    ]),
  ].filter(({ code }) => !commonJs || !onlyInModules.has(code));
  const problems = diagnostics.map(({ file, start = 0, code, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
    const text = compiler.flattenDiagnosticMessageText(messageText, " ").slice(0, 400);
    return `${file === undefined ? "" : relative(project.folder, file.fileName)}:${line}: TS${code}: ${text}`;
  });
  return { problems, files: ours.length, leftOut: [...leftOut].map((path) => relative(project.folder, path)) };
}

/** The project's sources, as paths from its folder. */
const sourcesIn = (folder: string, parts: readonly string[]): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && parts.some((part) => path.startsWith(part)),
  );

/** What the compiler says of a folder's sources, or of those in parts of it, and of the packages' own declarations. */
export function compileFolder(
  compiler: Compiler,
  project: TypedProject,
  given: Settings,
  parts: readonly string[] = [""],
): Compiled {
  const folder = join(project.folder, given.format);
  const options = optionsOf(compiler, folder, given);
  const sources = sourcesIn(folder, parts);
  const host = hostFor(compiler, options, new Map());
  const program = compiler.createProgram(
    sources.map((path) => join(folder, path)),
    options,
    host,
  );
  const declarations = new Map<string, string>();
  for (const path of sources.filter((source) => source.startsWith("programs/"))) {
    const file = program.getSourceFile(join(folder, path));
    program.emit(file, (at, text) => at.endsWith(".d.ts") && declarations.set(at, text), undefined, true);
  }
  return { ...check(compiler, project, program, given.format === "cjs"), declarations };
}

/** The same with TypeScript 7, which is a program and not a library. */
export async function compileNatively(project: TypedProject, given: Settings): Promise<string[]> {
  const folder = join(project.folder, given.format);
  const compilerOptions = {
    ...optionsOf(ts, folder, given),
    target: "es2022",
    module: given.module,
    moduleResolution: given.moduleResolution,
    lib: ["es2023", "dom", "dom.iterable"],
  };
  const config = join(folder, `tsconfig.${given.moduleResolution}.json`);
  await writeFile(config, JSON.stringify({ compilerOptions, files: sourcesIn(folder, [""]) }));
  const tsc = join(project.dependencies, "node_modules/typescript-7/bin/tsc");
  const failed = await run(process.execPath, [tsc, "-p", config, "--pretty", "false"], { cwd: folder }).then(
    () => null,
    (error: Error & { stdout: string }) => error,
  );
  if (failed === null) return [];
  const lines = failed.stdout.split("\n").filter((line) => /error TS\d+/.test(line));
  if (lines.length === 0) return [failed.message];
  return lines.filter((line) => {
    const [, path, code, text = ""] = /^(\S[^(]*)\(\d+,\d+\): error TS(\d+): (.*)/.exec(line) ?? [];
    // A line without a file is about the settings.
    if (path === undefined) return true;
    const isForModules = given.format === "cjs" && onlyInModules.has(Number(code));
    return isOurs(resolve(folder, path), project) && !isForModules && !isAboutAnotherPackage(Number(code), text);
  });
}

/** What the compiler says of texts, such as declarations that it wrote before, by the paths where they would be. */
export function compileTexts(
  compiler: Compiler,
  project: TypedProject,
  given: Settings,
  texts: ReadonlyMap<string, string>,
): Omit<Compiled, "declarations"> {
  const { outDir: _, ...options } = optionsOf(compiler, join(project.folder, given.format), given);
  const onlyChecked = { ...options, composite: false, declaration: false, emitDeclarationOnly: false, noEmit: true };
  const program = compiler.createProgram([...texts.keys()], onlyChecked, hostFor(compiler, onlyChecked, texts));
  return check(compiler, project, program, given.format === "cjs");
}
