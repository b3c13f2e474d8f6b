/** What the pages say is true: their code compiles, their links lead somewhere, and they name what there is. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./root.ts";
import { blocksOf, compileBlocks } from "./typescript-blocks.ts";

const folderPages = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));

const examples = readdirSync(join(root, "examples")).map((name) => join("examples", name, "README.md"));
const pages = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "server/README.md",
  ...folderPages("docs"),
  ...examples,
];
const textOf = (page: string): string => readFileSync(join(root, page), "utf8");

/** Frameworks that are not installed here; test/frameworks builds real apps of theirs. */
const codeElsewhere = "docs/frameworks.md";

/** As GitHub makes them of headings. */
function anchorsOf(text: string): Set<string> {
  const headings = text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** Links to nowhere. */
function deadLinks(page: string): string[] {
  const links = textOf(page).matchAll(/\]\(([^)\s]+)\)/g);
  return [...links].flatMap(([, target = ""]) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(root, file))) return [`${page}: ${target}`];
    const isThere = anchor === undefined || anchorsOf(textOf(file)).has(anchor);
    return isThere ? [] : [`${page}: ${target}`];
  });
}

describe("the pages", () => {
  it("hold code that compiles", () => {
    const blocks = pages.filter((page) => page !== codeElsewhere).flatMap((page) => blocksOf(page, "ts"));
    expect(blocks.length).toBeGreaterThan(30);
    expect(compileBlocks(blocks)).toEqual([]);
  }, 120_000);

  it("would be caught with code that does not", () => {
    const code = 'import { Inngest } from "stepwell";\nnew Inngest({ id: "shop" }).sent({ name: "x" });\n';
    expect(compileBlocks([{ page: "planted.md", line: 7, code }])).toEqual([
      expect.stringMatching(/^planted\.md:8: .*'sent' does not exist/),
    ]);
  }, 60_000);

  it("link to what there is", () => {
    expect(pages.flatMap(deadLinks)).toEqual([]);
  });

  it("are all reached from README.md", () => {
    const readme = textOf("README.md");
    expect([...folderPages("docs"), ...examples.map(dirname)].filter((page) => !readme.includes(`(${page})`))).toEqual(
      [],
    );
  });
});

describe("README's example", () => {
  it("is examples/hello", () => {
    const app = textOf("examples/hello/app.ts").replace(/^\/\*\*.*\*\/\n/, "");
    expect(blocksOf("README.md", "ts").map(({ code }) => code)).toContain(app);
  });
});
