/** The entries of both packages, and what each exports, read from the source by one program for all tests that ask. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { createProgram } from "./compiler.ts";
import { root } from "./root.ts";

interface Manifest {
  readonly name: string;
  readonly exports: Record<string, string | { "stepwell-source"?: string; import: { types: string } }>;
  readonly typesVersions: Record<"*", Record<string, string[]>>;
}

export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;

/**
 * Each entry with the source that stands behind it: `stepwell/hono` -> the path of adapters/hono.ts.
 * The sub-path `declarations` has none: the build makes it.
 */
export const entries: ReadonlyMap<string, string> = new Map(
  [".", "server"].flatMap((folder) => {
    const { name, exports } = readManifest(folder);
    return Object.entries(exports).flatMap(([path, target]): [string, string][] => {
      const source = typeof target === "string" ? undefined : target["stepwell-source"];
      return source === undefined ? [] : [[name + path.slice(1), join(root, folder, source)]];
    });
  }),
);

const program = createProgram([...entries.values()]);

export const checker: ts.TypeChecker = program.getTypeChecker();

export interface Exported {
  name: string;
  /** What it stands for, where it is made. */
  symbol: ts.Symbol;
  /** False for what is only a type. */
  isValue: boolean;
}

export function exportedBy(entry: string): Exported[] {
  const file = program.getSourceFile(entries.get(entry) ?? "");
  const module = file && checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${entry}: ${entries.get(entry)} is not a module.`);
  return checker.getExportsOfModule(module).map((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return { name: symbol.name, symbol: target, isValue: (target.flags & ts.SymbolFlags.Value) !== 0 };
  });
}
