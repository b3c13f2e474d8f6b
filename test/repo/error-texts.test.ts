/** docs/errors.md has a row for each text of the SDK's errors, by which production bundles for browsers and the edge name it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findErrorTexts } from "../../packaging/error-texts.ts";
import { readErrorCodes, toCell, withShortTexts } from "../../packaging/short-texts.ts";
import { root } from "./root.ts";

const page = join(root, "docs/errors.md");

/** Every text once, in the order of the files. */
function textsInSources(): string[] {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const texts = files
    .sort()
    .flatMap((file) => findErrorTexts(`src/${file}`, readFileSync(join(root, "src", file), "utf8")));
  return [...new Set(texts.flatMap(({ text }) => (text === null ? [] : [text.trim()])))];
}

/** The rows that there should be: a text keeps its code, a new one gets the next. */
function rowsFor(texts: string[], codes: ReadonlyMap<string, number>): [number, string][] {
  let next = Math.max(0, ...codes.values());
  return texts
    .map((text): [number, string] => [codes.get(text) ?? ++next, toCell(text)])
    .sort(([one], [other]) => one - other);
}

function table(rows: [number, string][]): string {
  const lines = rows.map(([code, text]): [string, string] => [`<a id="e${code}"></a>e${code}`, text]);
  const all: [string, string][] = [["code", "text"], ...lines];
  const [left, right] = [0, 1].map((side) => Math.max(...all.map((line) => line[side as 0 | 1].length)));
  const written = all.map(([one, other]) => `| ${one.padEnd(left ?? 0)} | ${other.padEnd(right ?? 0)} |`);
  written.splice(1, 0, `| ${"-".repeat(left ?? 0)} | ${"-".repeat(right ?? 0)} |`);
  return `${written.join("\n")}\n`;
}

describe("docs/errors.md", () => {
  it("has the texts that there are; `npx vitest run test/repo/error-texts.test.ts -u` renews it", async () => {
    const text = readFileSync(page, "utf8");
    const rows = rowsFor(textsInSources(), readErrorCodes(text));
    expect(rows.length).toBeGreaterThan(40);
    const head = text.slice(0, text.indexOf("| code "));
    await expect(head + table(rows)).toMatchFileSnapshot(page);
  });
});

/** The codes that a type lists. */
const codesOf = (file: string, type: string): string[] => {
  const list = new RegExp(`export type ${type} =([^;]+);`).exec(readFileSync(join(root, file), "utf8"))?.[1] ?? "";
  return [...list.matchAll(/"(\w+)"/g)].map(([, code = ""]) => code);
};

describe("the codes in docs/errors.md", () => {
  const text = readFileSync(page, "utf8");
  const anchorsBelow = (heading: string): string[] => {
    const section = text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
    return [...section.matchAll(/^\| <a id="(\w+)"><\/a>/gm)].map(([, anchor = ""]) => anchor);
  };

  it("are all of the engine's, each with an anchor", () => {
    const codes = codesOf("server/src/domain/error.ts", "EngineErrorCode");
    expect(codes.length).toBeGreaterThan(40);
    expect(anchorsBelow("Codes of the engine").sort()).toEqual(codes.sort());
  });

  it("are all of the SDK's, each with an anchor", () => {
    const codes = codesOf("src/errors/stepwell-error.ts", "ErrorCode");
    expect(codes.length).toBeGreaterThan(9);
    expect(anchorsBelow("Codes of the SDK").sort()).toEqual(codes.sort());
  });
});

describe("a source with short texts", () => {
  const codes = new Map([["The {…} is not what {…} takes: give another.", 7]]);

  it("chooses between the text and a link with its values", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text.
    const source = "throw new TypeError(`The ${kind} is not what ${name(1)} takes: give another.`);";
    expect(withShortTexts("/src/x.ts", source, codes)).toBe(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text.
      'import { allowed, page, texts } from "stepwell:texts";\nthrow new TypeError((texts ? `The ${kind} is not what ${name(1)} takes: give another.` : `${page}e7 ${kind} ${name(1)}`));',
    );
  });

  it("has one link for all that rules allow", () => {
    expect(withShortTexts("/src/x.ts", 'const a = rule("a text", isText);', codes)).toContain(
      'rule((texts ? "a text" : allowed), isText)',
    );
  });

  it("has no more of the functions that put those words together", () => {
    const source = "function allowedText(spec) { return spec.kind; }";
    expect(withShortTexts("/src/protocol/option-spec.ts", source, codes)).toContain(
      "function allowedText(spec) { return texts ? (() => { return spec.kind; })() : allowed; }",
    );
  });

  it("keeps a text that the page does not know, and what answers a request", () => {
    const unknown = 'throw new TypeError("The page has no row for this text.");';
    expect(withShortTexts("/src/x.ts", unknown, codes)).toBe(unknown);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text.
    const known = "throw new TypeError(`The ${a} is not what ${b} takes: give another.`);";
    expect(withShortTexts("/src/handler/call/call.ts", known, codes)).toBe(known);
  });
});
