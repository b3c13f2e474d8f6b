/** What CONTRIBUTING.md says of tests, as far as a text search can hold it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./root.ts";

const folder = join(root, "test");
const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.includes("node_modules"))
  .map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(join(folder, path), "utf8") }));

function filesWith(pattern: RegExp, except: readonly string[] = []): string[] {
  return sources.filter(({ path, text }) => pattern.test(text) && !except.includes(path)).map(({ path }) => path);
}

test("no test has a time limit of its own: test/helpers/guard.ts has the only one", () => {
  expect(sources.length).toBeGreaterThan(200);
  // `}, 60_000);` after a test, `{ timeout: 60_000 }` before it, and what gives up after a second by itself.
  expect(filesWith(/^\s*\},\n?\s*[\d_]{4,},?\s*\);/m)).toEqual([]);
  expect(filesWith(/^\s*(?:test|it|describe|beforeAll|beforeEach)[.(].*\{ timeout: /m)).toEqual([]);
  expect(filesWith(/\b(?:vi\.waitFor|vi\.waitUntil|expect\.poll|vi\.setConfig)\(/)).toEqual([]);
});

test("no test measures seconds", () => {
  // The benchmark of types shares its app with a test, and a command says how long each version of Node.js took.
  expect(filesWith(/\bperformance\.now\(\)/, ["helpers/large-app.ts", "node-versions.ts"])).toEqual([]);
});

test("processes run bundles, but for the demo, which is tried as it is", () => {
  expect(filesWith(/"tsx"|tsx\/dist/, ["e2e/demo.test.ts", "repo/test-rules.test.ts"])).toEqual([]);
});

test("npm test leaves out the slow projects, by one pattern: of several, one that matches is enough for vitest", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const slow = ["frameworks-more", "packed-more"];
  expect(scripts.test).toBe("vitest run --project='!*-more'");
  expect(
    slow.filter((name) => readFileSync(join(root, "vitest.config.ts"), "utf8").includes(`project("${name}"`)),
  ).toEqual(slow);
});
