/** Changesets, as the release reads them: a formatter that takes their heads for headings would leave none. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./root.ts";

const folder = join(root, ".changeset");
const files = readdirSync(folder).filter((name) => name.endsWith(".md"));
const head = /^---\n(?:"stepwell(?:-server)?": (?:patch|minor|major)\n){1,2}---\n\n\S/;

test.each(files)("%s says which packages change, and how", (name) => {
  expect(readFileSync(join(folder, name), "utf8")).toMatch(head);
});
