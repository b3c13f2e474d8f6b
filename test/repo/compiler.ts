/**
 * The compiler, for tests: over files of this repository, and over sources that are written nowhere. Every program of a
 * process takes its files from here, so that the library's types and those of packages are parsed and bound once.
 */
import { join } from "node:path";
import ts from "typescript";
import { root } from "./root.ts";

/** The repository's own options. */
const compilerOptions: ts.CompilerOptions = ts.parseJsonConfigFileContent(
  { ...ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config, include: [] },
  ts.sys,
  root,
).options;

const parsed = new Map<string, ts.SourceFile | undefined>();

/** @param unwritten sources by their path, which belong to the program too. */
export function createProgram(
  paths: readonly string[],
  unwritten: ReadonlyMap<string, string> = new Map(),
): ts.Program {
  const host = ts.createCompilerHost(compilerOptions);
  const { directoryExists, getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (path, ...rest) => {
    const source = unwritten.get(path);
    if (source !== undefined) return ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true);
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, ...rest));
    return parsed.get(path);
  };
  host.fileExists = (path) => unwritten.has(path) || fileExists(path);
  host.directoryExists = (path) =>
    [...unwritten.keys()].some((file) => file.startsWith(`${path}/`)) || directoryExists?.(path) === true;
  host.readFile = (path) => unwritten.get(path) ?? readFile(path);
  return ts.createProgram([...unwritten.keys(), ...paths], compilerOptions, host);
}

/** What the compiler has against a file. */
export function diagnosticsOf(program: ts.Program, path: string): ts.Diagnostic[] {
  const file = program.getSourceFile(path);
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
}
