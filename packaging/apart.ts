/**
 * Entries that share no files with the others: they hold copies of their own of the few constants and pure functions that
 * they need. Otherwise each set of entries that share a module has a file for it, and an app loads a dozen instead of five.
 * Only for entries whose modules no code tells from their copies: no classes, nothing that is kept. Used by the SDK's build.
 */
import { readFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import type { Plugin } from "esbuild";

const NAMESPACE = "apart";

/** @param entries paths of the entries' sources, from the working directory. */
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
