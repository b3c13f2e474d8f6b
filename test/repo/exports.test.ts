import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { root } from "./root.ts";

type Exports = Record<string, string | { "stepwell-source": string }>;

/** Each entry of both packages with the source that stands behind it: `stepwell/hono` -> adapters/hono.ts. */
function entries(): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of [".", "server"]) {
    const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
      name: string;
      exports: Exports;
    };
    for (const [path, target] of Object.entries(manifest.exports)) {
      if (typeof target !== "string") {
        found.set(manifest.name + path.slice(1), join(root, folder, target["stepwell-source"]));
      }
    }
  }
  return found;
}

const sources = entries();

function createProgram(): ts.Program {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  return ts.createProgram([...sources.values()], options);
}

const program = createProgram();

/** The names an entry exports, those that are only types marked so. */
function exportsOf(entry: string): string[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(sources.get(entry) ?? "");
  const module = file && checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${entry}: ${sources.get(entry)} is not a module.`);
  return checker
    .getExportsOfModule(module)
    .map((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      return target.flags & ts.SymbolFlags.Value ? symbol.name : `type ${symbol.name}`;
    })
    .sort();
}

describe("the public exports", () => {
  test("are those of these entries", () => {
    expect([...sources.keys()]).toMatchInlineSnapshot();
  });

  test("of stepwell", () => {
    expect(exportsOf("stepwell")).toMatchInlineSnapshot();
  });

  test("of stepwell/protocol", () => {
    expect(exportsOf("stepwell/protocol")).toMatchInlineSnapshot();
  });

  test("of stepwell/signing", () => {
    expect(exportsOf("stepwell/signing")).toMatchInlineSnapshot();
  });

  test("of stepwell/fetch", () => {
    expect(exportsOf("stepwell/fetch")).toMatchInlineSnapshot();
  });

  test("of stepwell/edge", () => {
    expect(exportsOf("stepwell/edge")).toMatchInlineSnapshot();
  });

  test("of stepwell/hono", () => {
    expect(exportsOf("stepwell/hono")).toMatchInlineSnapshot();
  });

  test("of stepwell/node", () => {
    expect(exportsOf("stepwell/node")).toMatchInlineSnapshot();
  });

  test("of stepwell-server", () => {
    expect(exportsOf("stepwell-server")).toMatchInlineSnapshot();
  });
});
