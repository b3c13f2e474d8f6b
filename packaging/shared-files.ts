/**
 * Which entries share files. esbuild makes one for each set of entries that share a module, and an app that imports two
 * entries loaded eleven. Used by the SDK's build.
 */
import { readFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import type { Plugin } from "esbuild";

const NAMESPACE = "apart";
const WHOLE = "stepwell:whole";

/**
 * Entries that share no files with the others: they hold copies of their own of the few constants and pure functions that
 * they need. Only for entries whose modules no code tells from their copies: no classes, nothing that is kept.
 * @param entries paths of the entries' sources, from the working directory.
 */
export function apart(entries: readonly string[]): Plugin {
  return {
    name: NAMESPACE,
    setup(build) {
      build.onResolve({ filter: /^\.|\.ts$/ }, ({ path, kind, namespace, resolveDir }) => {
        const file = relative(".", resolve(resolveDir, path));
        const isEntry = kind === "entry-point" && entries.includes(file);
        return isEntry || namespace === NAMESPACE
          ? { path: file, namespace: NAMESPACE, sideEffects: false }
          : undefined;
      });
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path }) => ({
        contents: await readFile(path, "utf8"),
        loader: "ts",
        resolveDir: dirname(resolve(path)),
      }));
    },
  };
}

/**
 * Entries that hold all of the package beside what is their own, as far as esbuild knows: so all that they share is one
 * file. Apps load the package itself anyway; bundlers take of it what is used.
 * @param whole the source of the package itself.
 */
export function together(entries: readonly string[], whole: string): Plugin {
  return {
    name: "together",
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${WHOLE}$`) }, () => ({ path: resolve(whole), sideEffects: true }));
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (path === resolve(whole) || !entries.includes(relative(".", path))) return undefined;
        return { contents: `${await readFile(path, "utf8")}\nimport "${WHOLE}";\n`, loader: "ts" };
      });
    },
  };
}
