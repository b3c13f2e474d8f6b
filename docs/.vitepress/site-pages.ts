/**
 * Which files of the repository are pages of the site, and at which path. Read by the site's config, by the rule that turns
 * links into links of the site, and by the test of the site. Must not import VitePress, so that the test costs nothing.
 */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../../", import.meta.url));

/** Pages outside docs/, and where they are on the site. */
const elsewhere: Readonly<Record<string, string>> = {
  "ARCHITECTURE.md": "architecture.md",
  "CONTRIBUTING.md": "contributing.md",
};

const examplePage = /^examples\/([\w-]+)\/README\.md$/;

/** The path of a page on the site, such as `sdk.md`, for a file such as `docs/sdk.md`; null for a file that is no page. */
export function toSitePath(file: string): string | null {
  if (file.startsWith("docs/") && file.endsWith(".md")) return file.slice("docs/".length);
  const example = examplePage.exec(file)?.[1];
  return example === undefined ? (elsewhere[file] ?? null) : `examples/${example}.md`;
}

/** The files that are pages, those of the generated reference left out: it need not be there. */
export function sitePages(): string[] {
  const docs = readdirSync(join(repository, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.startsWith(".") && !name.startsWith("reference/"))
    .map((name) => `docs/${name}`);
  const examples = readdirSync(join(repository, "examples"))
    .map((name) => `examples/${name}/README.md`)
    .filter((file) => existsSync(join(repository, file)));
  return [...docs, ...Object.keys(elsewhere), ...examples].sort();
}

/** What a link in a file leads to: a path of the site, or null when the site does not have it. Anchors are kept. */
export function resolveLink(file: string, target: string): string | null {
  const [path = "", anchor] = target.split("#");
  const suffix = anchor === undefined ? "" : `#${anchor}`;
  if (path === "") return suffix;
  const linked = normalize(join(dirname(file), path)).replace(/\/$/, "");
  const page = toSitePath(linked) ?? toSitePath(`${linked}/README.md`) ?? (linked === "README.md" ? "index.md" : null);
  if (page === null) return null;
  return `/${page.replace(/\.md$/, "").replace(/(^|\/)index$/, "$1")}${suffix}`;
}
