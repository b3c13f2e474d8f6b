// Checks the built documentation: each link to a heading leads to one. VitePress itself only checks that the page exists.
// Run by `npm run docs:build`, after the site was made.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const site = fileURLToPath(new URL("../docs/.vitepress/dist/", import.meta.url));

const pages = new Map(
  readdirSync(site, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".html"))
    .map((name) => {
      const html = readFileSync(join(site, name), "utf8");
      const ids = new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));
      const links = [...html.matchAll(/<a [^>]*?href="([^"]+)"/g)].map(([, href]) => href);
      return [name, { ids, links }];
    }),
);

/** The page of the site that a link on another one leads to; undefined for an address outside it. */
function pageOf(page, path) {
  if (path === "") return page;
  const absolute = path.startsWith("/") ? path.slice(1) : relative(site, join(site, dirname(page), path));
  const candidates = [absolute, `${absolute}.html`, join(absolute, "index.html")];
  return candidates.find((name) => pages.has(name));
}

const dead = [...pages].flatMap(([page, { links }]) =>
  links.flatMap((href) => {
    if (/^[a-z][a-z\d+.-]*:/.test(href)) return [];
    const [path, anchor] = href.split("#");
    const target = pageOf(page, decodeURI(path));
    if (target === undefined) return existsSync(join(site, path)) ? [] : [`${page}: ${href}`];
    const isThere = anchor === undefined || anchor === "" || pages.get(target).ids.has(decodeURIComponent(anchor));
    return isThere ? [] : [`${page}: ${href}`];
  }),
);

if (pages.size === 0) throw new Error(`There is no site in ${site}: run npm run docs:build.`);
if (dead.length > 0) {
  console.error(`These links lead nowhere:\n${dead.join("\n")}`);
  process.exitCode = 1;
} else console.log(`${pages.size} pages, all links lead somewhere.`);
