import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createProgram, diagnosticsOf } from "./compiler.ts";
import { checker, entries, exportedBy } from "./entries.ts";
import { root } from "./root.ts";

/** Entries that have constants of the published SDK, and names of what is not built. */
const STANDING_IN = /^stepwell\/(?:connect|experimental|internals|react|realtime|types)(?:$|\/)/;

/** Names that need no example of their own: constants that speak for themselves, and namespaces whose members have theirs. */
const OBVIOUS = new Set([
  // Namespaces of the entry that test kits import.
  "InngestExecution",
  "InngestExecutionEngine",
  "ServerTiming",
  "errors",
  "types",
  // Main names behind which nothing is built.
  "experiment",
  "realtime",
  "GeminiAiAdapter",
  "Middleware",
  "frameworkName",
  "headerKeys",
  "internalEvents",
  "queryKeys",
  "version",
]);

/** What examples may take as given: an app, and what a framework's own docs call its things. */
const GIVEN: Readonly<Record<string, string>> = {
  client: 'import { Inngest as Client } from "stepwell";\nconst client = new Client({ id: "shop" });',
  inngest: 'import { Inngest as App } from "stepwell";\nconst inngest = new App({ id: "shop" });',
  functions: 'import type { InngestFunction as Fn } from "stepwell";\nconst functions: Fn[] = [];',
  ...Object.fromEntries(
    ["app", "router", "fastify"].map((name) => [
      name,
      `declare const ${name}: { [method in "all" | "on" | "register" | "route" | "use"]: (...args: unknown[]) => void };`,
    ]),
  ),
  ...Object.fromEntries(
    ["defineEventHandler", "eventHandler"].map((name) => [
      name,
      `declare function ${name}<T>(handler: (event: T) => unknown): unknown;`,
    ]),
  ),
};

interface Example {
  entry: string;
  name: string;
  code: string;
}

/** Entries that engines and compilers read, not users; and the engine's, which its pages show. */
const NOT_FOR_USERS = /^stepwell\/(?:protocol|signing|in-process)$|^stepwell-server/;
const entriesForUsers = [...entries.keys()].filter((entry) => !NOT_FOR_USERS.test(entry));

/** The code of an `@example`, without the fence that may stand around it. */
function codeOf(tag: ts.JSDocTagInfo): string {
  const text = ts.displayPartsToString(tag.text);
  return (/```(?:ts|typescript)?\n([\s\S]*?)```/.exec(text)?.[1] ?? text).trim();
}

const all = entriesForUsers.map((entry) => ({
  entry,
  exported: exportedBy(entry).map(({ name, symbol, isValue }) => ({
    name,
    isValue,
    hasDocs: symbol.getDocumentationComment(checker).length > 0,
    examples: symbol
      .getJsDocTags(checker)
      .filter((tag) => tag.name === "example")
      .map((tag) => codeOf(tag)),
  })),
}));

const names: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  all.map(({ entry, exported }) => [entry, new Set(exported.map(({ name }) => name))]),
);

/** What an example uses without importing or declaring it comes from its own entry, then from `stepwell`. */
function withImports({ entry, code }: Example): string {
  const file = ts.createSourceFile("example.ts", code, ts.ScriptTarget.ES2022, true);
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) used.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  const declared = /\b(?:const|let|class|function|type|interface)\s+(\w+)|\bimport\s+(?:type\s+)?\{([^}]*)\}/g;
  for (const [, name, list] of code.matchAll(declared)) {
    for (const one of (name ?? list ?? "").split(",")) used.delete(one.trim().split(/\s+/).at(-1) ?? "");
  }
  const from = (source: string): string => {
    const found = [...used].filter((name) => names.get(source)?.has(name));
    for (const name of found) used.delete(name);
    return found.length > 0
      ? `import { ${found.map((name) => importOf(source, name)).join(", ")} } from "${source}";\n`
      : "";
  };
  const given = Object.entries(GIVEN).flatMap(([name, source]) => (used.has(name) ? [source] : []));
  return `${from(entry)}${from("stepwell")}${given.join("\n")}\n${code}\nexport {};\n`;
}

function importOf(entry: string, name: string): string {
  const found = all.find((one) => one.entry === entry)?.exported.find((one) => one.name === name);
  return found?.isValue ? name : `type ${name}`;
}

/** What the compiler says of each example, by the entry and name it belongs to. Runs nothing. */
function check(examples: readonly Example[]): string[] {
  const sources = new Map(examples.map((one, n) => [join(root, "test", `example-${n}.ts`), withImports(one)]));
  const checked = createProgram([], sources);
  return [...sources.keys()].flatMap((path, n) => {
    const file = checked.getSourceFile(path);
    const where = `${examples[n]?.entry} ${examples[n]?.name}`;
    return diagnosticsOf(checked, path).map(({ messageText, start = 0 }) => {
      const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
      return `${where}: ${ts.flattenDiagnosticMessageText(messageText, " ")} (${file?.text.split("\n")[line]?.trim()})`;
    });
  });
}

describe("the examples in docstrings", () => {
  it("type-check", () => {
    const examples = all.flatMap(({ entry, exported }) =>
      exported.flatMap(({ name, examples }) => examples.map((code) => ({ entry, name, code }))),
    );
    expect(examples.length).toBeGreaterThan(20);
    expect(check(examples)).toEqual([]);
  });

  it("would not, were they wrong", () => {
    const code = 'const client = new Inngest({ id: "shop" });\nclient.sent({ name: "x" });';
    expect(check([{ entry: "stepwell", name: "planted", code }]).join()).toContain("'sent' does not exist");
  });

  it("stand at every exported value, those aside that stand for the published SDK's", () => {
    const missing = all.flatMap(({ entry, exported }) =>
      exported
        .filter(({ name, isValue, examples }) => isValue && examples.length === 0 && !OBVIOUS.has(name))
        .filter(() => !STANDING_IN.test(entry))
        .map(({ name }) => `${entry} ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it("go with a docstring at every exported name", () => {
    const missing = all.flatMap(({ entry, exported }) =>
      exported.filter(({ name, hasDocs }) => !hasDocs && !OBVIOUS.has(name)).map(({ name }) => `${entry} ${name}`),
    );
    expect(missing).toEqual([]);
  });
});
