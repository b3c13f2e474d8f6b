/** What a browser loads before it shows the first page, as it comes over the wire. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, it } from "vitest";
import { buildPage } from "./stage.ts";

const dist = fileURLToPath(new URL("../../server/dashboard/dist/", import.meta.url));
const read = (name: string): string => readFileSync(dist + name, "utf8");

/** A file, and what it imports before it runs. */
function withImports(name: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  if (name.endsWith(".js"))
    // Code that the page shows has imports too.
    for (const [, imported] of read(name).matchAll(/(?:from|import)\s?["']\.\/([^"']+)["']/g))
      if (existsSync(`${dist}assets/${imported}`)) withImports(`assets/${imported}`, seen);
  return seen;
}

beforeAll(buildPage);

it("the first load is under 180 kB, and names no other place", () => {
  const index = read("index.html");
  const named = [...index.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, name]) => name ?? "");
  expect(named.length).toBeGreaterThanOrEqual(3);
  expect(index).not.toMatch(/https?:\/\//);
  // The first page is a file of its own, which its frame asks for.
  const main = read(named.find((name) => name.endsWith(".js")) ?? "");
  const page = /assets\/(overview-page-[\w-]+\.js)|\.\/(overview-page-[\w-]+\.js)/.exec(main);
  const files = new Set([...named, `assets/${page?.[1] ?? page?.[2]}`].flatMap((name) => [...withImports(name)]));
  const bytes = [...files].reduce((sum, name) => sum + gzipSync(readFileSync(dist + name)).length, 0);
  console.log(`first load: ${bytes} bytes`);
  expect(bytes).toBeLessThan(180_000);
});
