/**
 * The declarations of each source file, made without looking at any other: tsconfig.build.json's
 * `isolatedDeclarations` makes sure that a file says all its types. Called by `writeDeclarations`.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import ts from "typescript";

export interface EmittedDeclarations {
  /** Declarations by the path of their source, of the entries and all that they reach. */
  readonly files: ReadonlyMap<string, ts.SourceFile>;
  /** Over the declarations alone: it resolves names, and knows no library. */
  readonly checker: ts.TypeChecker;
}

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  verbatimModuleSyntax: true,
  noLib: true,
  types: [],
};

const isRelative = (specifier: string): boolean => specifier.startsWith(".");

/** The source that an import of a source names. Imports in this repository name files with their extension. */
function sourceOf(specifier: string, importer: string): string | undefined {
  return isRelative(specifier) ? resolve(dirname(importer), specifier) : undefined;
}

/** Without a library the compiler writes a method `[Symbol.asyncDispose]()` twice: as a property, too. */
function withoutRepeatedMembers(text: string): string {
  const file = ts.createSourceFile("emitted.d.ts", text, ts.ScriptTarget.ES2022, true);
  const repeated = file.statements.filter(ts.isClassDeclaration).flatMap(({ members }) => {
    const methods = new Set(members.filter(ts.isMethodDeclaration).map(({ name }) => name.getText()));
    return members.filter((member) => ts.isPropertyDeclaration(member) && methods.has(member.name.getText()));
  });
  return repeated.reduceRight((done, member) => done.slice(0, member.pos) + done.slice(member.end), text);
}

function emitFile(path: string): string {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(path, "utf8"), {
    fileName: path,
    compilerOptions: { ...compilerOptions, isolatedDeclarations: true, declaration: true, stripInternal: false },
    reportDiagnostics: true,
  });
  const [problem] = diagnostics;
  if (problem === undefined) return withoutRepeatedMembers(outputText);
  throw new Error(`${path}: ${ts.flattenDiagnosticMessageText(problem.messageText, "\n")}`);
}

/** Declarations of the entries and of every file that they import, by the path of the source. */
function emitReachable(entries: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (texts.has(path)) continue;
    if (!existsSync(path)) throw new Error(`There is no ${path}, which an entry or a declaration names.`);
    const text = emitFile(path);
    texts.set(path, text);
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      const source = sourceOf(fileName, path);
      if (source !== undefined) waiting.push(source);
    }
  }
  return texts;
}

const toDeclarationPath = (source: string): string => source.replace(/\.ts$/, ".d.ts");

export function emitDeclarations(entries: readonly string[]): EmittedDeclarations {
  const texts = emitReachable(entries);
  const byDeclarationPath = new Map([...texts].map(([source, text]) => [toDeclarationPath(source), text]));
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost(compilerOptions),
    fileExists: (path) => byDeclarationPath.has(path),
    readFile: (path) => byDeclarationPath.get(path),
    getSourceFile: (path, languageVersion) => {
      const text = byDeclarationPath.get(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, languageVersion, true);
    },
    resolveModuleNameLiterals: (literals, importer) =>
      literals.map(({ text }) => {
        const source = sourceOf(text, importer);
        const resolvedModule =
          source === undefined
            ? undefined
            : { resolvedFileName: toDeclarationPath(source), extension: ts.Extension.Dts };
        return { resolvedModule };
      }),
  };
  const program = ts.createProgram([...byDeclarationPath.keys()], compilerOptions, host);
  const files = new Map<string, ts.SourceFile>();
  for (const source of texts.keys()) {
    const file = program.getSourceFile(toDeclarationPath(source));
    if (file !== undefined) files.set(source, file);
  }
  return { files, checker: program.getTypeChecker() };
}
