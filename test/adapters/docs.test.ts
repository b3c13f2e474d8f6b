/** The examples of docs/frameworks.md: each compiles, and no adapter lacks one. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createProgram, diagnosticsOf } from "../repo/compiler.ts";
import { root } from "../repo/root.ts";

const page = readFileSync(join(root, "docs/frameworks.md"), "utf8");
const examples = [...page.matchAll(/^#{2,3} (.+)\n\n```ts\n([\s\S]*?)```/gm)].map(([, title = "", code = ""]) => ({
  title,
  code,
}));

/** What examples take for granted: the app, and globals of runtimes and frameworks. */
const given: Record<string, string> = {
  "jobs.ts":
    'import { Inngest, type InngestFunction } from "stepwell";\nexport const client = new Inngest({ id: "shop" });\nexport const functions: InngestFunction[] = [];\n',
  "globals.d.ts": `declare const Bun: { serve(options: { routes: Record<string, (request: Request) => Promise<Response>> }): unknown };
declare const Deno: { serve(handler: (request: Request) => Promise<Response>): unknown };
declare function defineEventHandler(handler: (event: import("h3-1").H3Event) => Promise<Response>): unknown;\n`,
};

function compile(codes: string[]): string[] {
  const folder = join(root, "test/adapters");
  const files = new Map(Object.entries(given).map(([name, text]) => [join(folder, name), text]));
  codes.forEach((code, n) => {
    files.set(join(folder, `example-${n}.ts`), code);
  });
  const program = createProgram([], files);
  return [...files.keys()].flatMap((path) =>
    diagnosticsOf(program, path).map(
      (one) => `${path.slice(folder.length + 1)}: ${ts.flattenDiagnosticMessageText(one.messageText, "\n")}`,
    ),
  );
}

describe("docs/frameworks.md", () => {
  it("has an example of each adapter", () => {
    const adapters = readdirSync(join(root, "adapters"))
      .filter((name) => !name.startsWith("_") && name !== "in-process.ts")
      .map((name) => `stepwell/${name.replace(".ts", "").replace("deno-fresh", "deno/fresh")}`);
    const shown = new Set(
      examples.flatMap(({ code }) => [...code.matchAll(/from "(stepwell\/[^"]+)"/g)].map(([, from]) => from)),
    );
    expect([...shown].sort()).toEqual(adapters.sort());
  });

  it("compiles", () => {
    expect(examples.length).toBeGreaterThan(20);
    expect(compile(examples.map(({ code }) => code))).toEqual([]);
  });

  it("would not pass with an example that is wrong", () => {
    expect(compile(['import { serve } from "stepwell/next";\nserve({ client: 1, functions: [] });']).join()).toContain(
      "not assignable",
    );
  });
});
