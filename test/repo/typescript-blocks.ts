/** Code in pages: finds it and lets the compiler read it. Runs nothing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { createProgram, diagnosticsOf } from "./compiler.ts";
import { root } from "./root.ts";

export interface CodeBlock {
  /** Path of the page, from the repository's folder. */
  page: string;
  /** Line of its first line of code, from 1. */
  line: number;
  code: string;
}

/** The blocks of a page that are fenced as `language`. */
export function blocksOf(page: string, language: string): CodeBlock[] {
  const text = readFileSync(join(root, page), "utf8");
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm");
  return [...text.matchAll(fence)].map((match) => ({
    page,
    line: text.slice(0, match.index).split("\n").length + 1,
    code: match[1] ?? "",
  }));
}

/** What a block may take as given, by the name that it uses without declaring it. */
const given: Readonly<Record<string, string>> = {
  inngest: 'import { Inngest as GivenClient } from "stepwell"; const inngest = new GivenClient({ id: "shop" });',
  functions:
    'import type { InngestFunction as GivenFunction } from "stepwell"; declare const functions: GivenFunction[];',
  step: 'import type { StepTools as GivenTools } from "stepwell"; declare const step: GivenTools;',
  group: 'import type { GroupTools as GivenGroup } from "stepwell"; declare const group: GivenGroup;',
  event: "declare const event: { name: string; data: any };",
  db: "declare const db: any;",
  mail: "declare const mail: any;",
  payments: "declare const payments: any;",
  defineEventHandler: "declare function defineEventHandler<T>(handler: (event: T) => unknown): unknown;",
  Bun: "declare const Bun: { serve(options: object): unknown };",
  Deno: "declare const Deno: { serve(handler: (request: Request) => Response | Promise<Response>): unknown };",
};

/** The app that pages on frameworks and on serving import: `jobs.ts` beside their blocks, or in `../inngest`. */
export const jobs = `import { Inngest, type InngestFunction } from "stepwell";
export const client = new Inngest({ id: "shop" });
export const inngest = client;
export const functions: InngestFunction[] = [];
`;

/** What stands before a block, on one line, so that the numbers of its lines stay right. */
function preludeOf(code: string): string {
  const file = ts.createSourceFile("block.ts", code, ts.ScriptTarget.ES2022, true);
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const isDeclared =
        ((ts.isVariableDeclaration(parent) || ts.isBindingElement(parent) || ts.isParameter(parent)) &&
          parent.name === node) ||
        ts.isImportSpecifier(parent) ||
        ts.isFunctionDeclaration(parent);
      const isName = ts.isPropertyAccessExpression(parent) && parent.name === node;
      const isKey = ts.isPropertyAssignment(parent) && parent.name === node;
      if (isDeclared) declared.add(node.text);
      else if (!isName && !isKey) used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return Object.entries(given)
    .flatMap(([name, source]) => (used.has(name) && !declared.has(name) ? [source] : []))
    .join(" ");
}

/** The block as a file of a project. */
export const toModule = ({ code }: CodeBlock): string => `${preludeOf(code)}\n${code}\nexport {};\n`;

/** What the compiler has against the blocks, each with its page and line. */
export function compileBlocks(blocks: readonly CodeBlock[]): string[] {
  const sources = new Map(blocks.map((block, n) => [join(root, "test", `page-${n}.ts`), toModule(block)]));
  const apps = ["test/jobs.ts", "inngest/jobs.ts"].map((path): [string, string] => [join(root, path), jobs]);
  const program = createProgram([], new Map([...sources, ...apps]));
  return [...sources.keys()].flatMap((path, n) => {
    const file = program.getSourceFile(path);
    const { page = "", line = 0 } = blocks[n] ?? {};
    return diagnosticsOf(program, path).map(({ messageText, start = 0 }) => {
      const at = file?.getLineAndCharacterOfPosition(start).line ?? 0;
      return `${page}:${line + at - 1}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  });
}
