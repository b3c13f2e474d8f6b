/**
 * Programs that tests start as processes, from source and as one file each. A process that compiled its source at every
 * start would take five times as long to start, and tests start dozens.
 */
import { randomUUID } from "node:crypto";
import { cp, mkdir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { root } from "../repo/root.ts";

/** Below the server's own packages, so that bundles find them. */
const folder = join(root, "server/node_modules/.cache/stepwell-tests");

/** Everything is bundled but the packages of others. */
const ownCodeOnly: Plugin = {
  name: "own-code-only",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === "entry-point" || /^stepwell(-server)?($|\/)/.test(path) ? undefined : { path, external: true },
    );
  },
};

/**
 * Bundles a program and gives its path, for `node` without any option.
 * @param source its path from the repository's folder.
 */
export async function bundledProgram(source: string): Promise<string> {
  const name = `${source.replaceAll(/[^a-z]+/g, "-")}.mjs`;
  const made = join(folder, `${randomUUID()}-${basename(name)}`);
  await build({
    entryPoints: [join(root, source)],
    outfile: made,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["stepwell-source"],
    plugins: [ownCodeOnly],
    sourcemap: "inline",
    sourcesContent: false,
    logLevel: "silent",
  });
  // The store looks for them beside its code.
  await mkdir(folder, { recursive: true });
  await cp(join(root, "server/src/store/sqlite/migrations"), join(folder, "migrations"), { recursive: true });
  const postgres = "postgres-migrations";
  await cp(join(root, "server/src/store/postgres", postgres), join(folder, postgres), { recursive: true });
  // In one go: other workers may be starting it.
  const path = join(folder, name);
  await rename(made, path);
  return path;
}
