import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { root } from "./root.ts";

const limits = { fileLines: 350, functionLines: 60, adapterLines: 60 };

/** The TypeScript files under a folder of the repository, as paths from its root. */
function sourcesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path) && !path.includes("node_modules"))
    .map((path) => `${folder}/${path}`);
}

const read = (path: string): string => readFileSync(join(root, path), "utf8");

const lineCount = (text: string): number => text.replace(/\n$/, "").split("\n").length;

/** `path:line (n lines)` for each function longer than the limit, from its first line to its closing brace. */
function longFunctions(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
      const start = file.getLineAndCharacterOfPosition(node.getStart(file)).line;
      const lines = file.getLineAndCharacterOfPosition(node.end).line - start + 1;
      if (lines > limits.functionLines) found.push(`${path}:${start + 1} (${lines} lines)`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const shipped = ["src", "adapters", "server/src", "server/dashboard/src"].flatMap(sourcesOf);
const adapters = sourcesOf("adapters").filter((path) => !path.startsWith("adapters/_"));

describe("the house's sizes", () => {
  test("there is something to measure", () => {
    expect(shipped.length).toBeGreaterThan(20);
    expect(adapters.length).toBeGreaterThan(0);
  });

  test(`no shipped file is longer than ${limits.fileLines} lines`, () => {
    expect(shipped.filter((path) => lineCount(read(path)) > limits.fileLines)).toEqual([]);
  });

  test(`no adapter is longer than ${limits.adapterLines} lines`, () => {
    expect(adapters.filter((path) => lineCount(read(path)) > limits.adapterLines)).toEqual([]);
  });

  test(`no shipped function is longer than ${limits.functionLines} lines`, () => {
    expect(shipped.flatMap((path) => longFunctions(path, read(path)))).toEqual([]);
  });

  test("a function of 61 lines is found, one of 60 is not", () => {
    const functionOf = (lines: number): string => `const f = () => {\n${"  f;\n".repeat(lines - 2)}};\n`;
    expect(longFunctions("planted.ts", functionOf(61))).toEqual(["planted.ts:1 (61 lines)"]);
    expect(longFunctions("planted.ts", functionOf(60))).toEqual([]);
  });

  test("each shipped file opens with a module comment", () => {
    expect(shipped.filter((path) => !/^(?:#!.*\n)?\/\*\*?\s/.test(read(path)))).toEqual([]);
  });

  test("no shipped file has a name that says nothing", () => {
    const nameless = /(?:^|\/)(?:utils?|helpers?|common|types|misc)(?:\.tsx?$|\/)/;
    expect(shipped.filter((path) => nameless.test(path))).toEqual([]);
  });
});
