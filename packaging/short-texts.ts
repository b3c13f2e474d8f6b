/**
 * Puts beside each text of an error what production bundles for browsers and the edge say instead: a link to its row in
 * docs/errors.md and the values. A constant chooses; bundlers know it, and leave the other out. Node always has the texts.
 * The file of that constant holds the client for Node's sockets too, as bundles for browsers and the edge have no use for it.
 * Used by the SDK's build.
 */
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { build as bundle, type Format, type Plugin } from "esbuild";
import { findErrorTexts } from "./error-texts.ts";

const MODULE = "stepwell:texts";
const POOLED_FETCH = "adapters/_pooled-fetch.ts";
/** Where the page is in the installed package. */
const PAGE = "stepwell/docs/errors.md#";

/** The codes that the page gives the texts. */
export function readErrorCodes(page: string): Map<string, number> {
  const rows = page.matchAll(/^\| <a id="e(\d+)"><\/a>e\d+ +\| (.+?) +\|$/gm);
  return new Map([...rows].map(([, code, cell = ""]) => [fromCell(cell), Number(code)]));
}

/** A text as a table of Markdown can hold it. */
export function toCell(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("<", "\\<").replaceAll("*", "\\*").trim();
}

function fromCell(cell: string): string {
  return cell.replace(/\\(.)/g, "$1");
}

/** The source with a choice in the place of each text. A text that the page does not know stays. */
export function withShortTexts(path: string, source: string, codes: ReadonlyMap<string, number>): string {
  let out = source;
  for (const { start, end, isBody, text, values } of findErrorTexts(path, source).reverse()) {
    const code = text === null ? undefined : codes.get(text.trim());
    if (text !== null && code === undefined) continue;
    // What follows a name begins with a space.
    const space = text?.startsWith(" ") ? " " : "";
    const short =
      text === null ? "allowed" : `\`${space}\${page}e${code}${values.map((value) => ` \${${value}}`).join("")}\``;
    if (isBody) {
      out = `${out.slice(0, start)}{ return texts ? (() => ${out.slice(start, end)})() : allowed; }${out.slice(end)}`;
      continue;
    }
    out = `${out.slice(0, start)}(texts ? ${out.slice(start, end)} : ${short})${out.slice(end)}`;
  }
  return out === source ? source : `import { allowed, page, texts } from "${MODULE}";\n${out}`;
}

/** Must stand after plugins that load entries in a way of their own. */
export const shortTexts: Plugin = {
  name: "short-texts",
  setup(build) {
    const codes = readErrorCodes(readFileSync("docs/errors.md", "utf8"));
    build.onResolve({ filter: new RegExp(`^${MODULE}$|/_pooled-fetch\\.ts$`) }, () => ({
      path: build.initialOptions.format === "cjs" ? "./texts.cjs" : "./texts.js",
      external: true,
      sideEffects: false,
    }));
    build.onLoad({ filter: /\.ts$/, namespace: "file" }, async ({ path }) => {
      if (!relative(resolve("src"), path).match(/^(?!\.\.)/)) return undefined;
      const contents = withShortTexts(path, await readFile(path, "utf8"), codes);
      return { contents, loader: "ts" };
    });
  },
};

/**
 * The files that hold the constant: `package.json`'s `browser` swaps one for the other. In the one for browsers it depends on
 * `process.env.NODE_ENV`, which every bundler for browsers replaces by its mode, and there is no client for Node's sockets.
 */
export async function writeTexts(folder: string): Promise<void> {
  const constants = (texts: string): string[] => [
    `texts = ${texts}`,
    `page = ${JSON.stringify(PAGE)}`,
    `allowed = ${JSON.stringify(`${PAGE}options`)}`,
  ];
  const inNode = constants("true").map((constant) => `export const ${constant};`);
  const forNode = async (format: Format): Promise<string> => {
    const contents = [`export { pooledFetch } from "./${POOLED_FETCH}";`, ...inNode].join("\n");
    const stdin = { contents, resolveDir: process.cwd(), loader: "ts" } as const;
    const { outputFiles } = await bundle({
      stdin,
      format,
      bundle: true,
      write: false,
      platform: "neutral",
      target: "es2022",
    });
    return outputFiles.map(({ text }) => text).join("");
  };
  const inBrowsers = [...constants('process.env.NODE_ENV !== "production"'), "pooledFetch = undefined"];
  const forBrowsers = (head: string, assign: string): string =>
    `${head}${inBrowsers.map((constant) => `${assign}${constant};\n`).join("")}`;
  await Promise.all([
    writeFile(`${folder}/texts.js`, await forNode("esm")),
    writeFile(`${folder}/texts.cjs`, await forNode("cjs")),
    writeFile(`${folder}/texts.browser.js`, forBrowsers("", "export const ")),
    writeFile(`${folder}/texts.browser.cjs`, forBrowsers('"use strict";\n', "exports.")),
  ]);
}
