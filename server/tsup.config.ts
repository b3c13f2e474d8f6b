import { existsSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { defineConfig, type Options } from "tsup";
import { build } from "vite";
import { writeDeclarations } from "../packaging/write-declarations.ts";

/**
 * The engine bundles the parts of the SDK that it uses, from their source, so that it runs without a
 * build of it. The SDK itself is a peer: the types name it, and embedded engines load it.
 */
const shared: Options = {
  platform: "node",
  removeNodeProtocol: false,
  target: "node20",
  // Embedded engines and test servers load these from the install, where the user's own clients come from.
  external: [/^stepwell$/, "stepwell/in-process"],
  noExternal: [/^stepwell\/(protocol|signing)$/, /^canonicalize($|\/)/],
  esbuildOptions(esbuild) {
    esbuild.conditions = ["stepwell-source"];
  },
};

/** Packages that the build bundles, each into a file that is loaded when it is needed, and what they bring. */
const bundled: readonly string[] = [
  "@modelcontextprotocol/sdk",
  "zod",
  "ajv",
  "ajv-formats",
  "fast-uri",
  "fast-deep-equal",
  "json-schema-traverse",
  "openid-client",
  "oauth4webapi",
  "jose",
];

const typedEntries = {
  main: "src/main.ts",
  testing: "src/testing/create-test-server.ts",
  client: "src/client/create-engine-client.ts",
};

const esm: Options = {
  ...shared,
  entry: { ...typedEntries, cli: "src/cli/main.ts" },
  format: ["esm"],
  splitting: true,
  // The bundle is flat: code that reads `./migrations/` beside itself finds them here.
  async onSuccess() {
    // What an earlier build left there must not travel: a migration that has another number now would run twice.
    for (const name of ["migrations", "postgres-migrations", "docs"])
      await rm(`dist/${name}`, { recursive: true, force: true });
    await cp("src/store/sqlite/migrations", "dist/migrations", { recursive: true });
    await cp("src/store/postgres/postgres-migrations", "dist/postgres-migrations", { recursive: true });
    await build({
      configFile: "dashboard/vite.config.ts",
      logLevel: "warn",
      build: { outDir: resolve("dist/dashboard") },
    });
    // For the tools that read the documentation. The reference is there only where the site was built.
    await cp("../docs", "dist/docs", {
      recursive: true,
      filter: (path) => !/docs\/reference$/.test(path) && (!/\.\w+$/.test(path) || path.endsWith(".md")),
    });
    await cp("../dist/licenses", "dist/licenses", { recursive: true });
    for (const name of bundled) {
      const file = ["LICENSE", "LICENSE.md"].find((known) => existsSync(`../node_modules/${name}/${known}`));
      if (file === undefined) throw new Error(`${name} has no licence that could travel with it.`);
      await cp(`../node_modules/${name}/${file}`, `dist/licenses/${name.replace("@", "").replace("/", "-")}.txt`);
    }
    const entries = Object.fromEntries(Object.entries(typedEntries).map(([name, path]) => [name, resolve(path)]));
    await writeDeclarations({ entries, ownerOf: () => undefined, folder: "dist" });
  },
};

const cjs: Options = {
  ...shared,
  entry: typedEntries,
  format: ["cjs"],
  // Gives the CommonJS build an `import.meta.url`.
  shims: true,
};

export default defineConfig([esm, cjs]) as Options[];
