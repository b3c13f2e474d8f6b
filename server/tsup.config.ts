import { cp } from "node:fs/promises";
import { defineConfig, type Options } from "tsup";

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

const esm: Options = {
  ...shared,
  entry: { main: "src/main.ts", cli: "src/cli/main.ts", testing: "src/testing/create-test-server.ts" },
  format: ["esm"],
  splitting: true,
  // For both formats: see write-common-js-types.mjs.
  dts: { entry: { main: "src/main.ts", testing: "src/testing/create-test-server.ts" } },
  // The bundle is flat: code that reads `./migrations/` beside itself finds them here.
  async onSuccess() {
    await cp("src/store/sqlite/migrations", "dist/migrations", { recursive: true });
    await cp("../dist/licenses", "dist/licenses", { recursive: true });
  },
};

const cjs: Options = {
  ...shared,
  entry: { main: "src/main.ts", testing: "src/testing/create-test-server.ts" },
  format: ["cjs"],
  // Gives the CommonJS build an `import.meta.url`.
  shims: true,
};

export default defineConfig([esm, cjs]) as Options[];
