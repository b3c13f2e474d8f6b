import { copyFile, mkdir } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { defineConfig, type Options } from "tsup";
import { dropHelperFile, pureNamespaces } from "./packaging/pure-namespaces.ts";
import { apart, together } from "./packaging/shared-files.ts";
import { shortTexts, writeTexts } from "./packaging/short-texts.ts";
import { writeDeclarations } from "./packaging/write-declarations.ts";

/** What the SDK needs at run time and ships inside its own files, so that installing it installs nothing else. */
const bundled = ["canonicalize"];

const entries = {
  index: "src/index.ts",
  protocol: "src/protocol/index.ts",
  signing: "src/signing/index.ts",
  fetch: "adapters/fetch.ts",
  edge: "adapters/edge.ts",
  hono: "adapters/hono.ts",
  node: "adapters/node.ts",
  "in-process": "adapters/in-process.ts",
  testing: "src/testing/index.ts",
  experimental: "src/compat/experimental.ts",
  realtime: "src/compat/realtime.ts",
  react: "src/compat/react.ts",
  connect: "src/compat/connect.ts",
  "durable-endpoints": "src/compat/durable-endpoints.ts",
  "durable-endpoints-client": "src/compat/durable-endpoints-client.ts",
  types: "src/compat/published-types.ts",
  internals: "src/compat/internals.ts",
  express: "adapters/express.ts",
  sentry: "src/middleware/built-in/sentry.ts",
  opentelemetry: "src/middleware/built-in/opentelemetry.ts",
  fastify: "adapters/fastify.ts",
  koa: "adapters/koa.ts",
  next: "adapters/next.ts",
  sveltekit: "adapters/sveltekit.ts",
  astro: "adapters/astro.ts",
  remix: "adapters/remix.ts",
  nuxt: "adapters/nuxt.ts",
  nitro: "adapters/nitro.ts",
  h3: "adapters/h3.ts",
  cloudflare: "adapters/cloudflare.ts",
  netlify: "adapters/netlify.ts",
  lambda: "adapters/lambda.ts",
  digitalocean: "adapters/digitalocean.ts",
  redwood: "adapters/redwood.ts",
  bun: "adapters/bun.ts",
  deno: "adapters/deno.ts",
  "deno-fresh": "adapters/deno-fresh.ts",
};

/** The entries whose bridges' types stand in their own file, where other adapters and users find them. */
const bridges: Record<string, string> = { _node: "node", _h3: "h3", _lambda: "lambda" };

/** What names another package's types, or Node's, stands by itself: who does not import it needs none of them. */
function ownerOf(source: string): string | undefined {
  const name = basename(source, ".ts");
  if (resolve(source, "..") === resolve("adapters")) return bridges[name] ?? name;
  return name === "opentelemetry" ? name : undefined;
}

const options: Options = {
  entry: entries,
  format: ["esm", "cjs"],
  // The entries share chunks in both formats: an app that imports two of them holds one copy of each module that matters.
  splitting: true,
  platform: "neutral",
  removeNodeProtocol: false,
  tsconfig: "tsconfig.build.json",
  target: "es2022",
  clean: true,
  treeshake: true,
  esbuildPlugins: [
    apart([entries.protocol, entries.signing]),
    together(Object.values(entries), entries.index),
    shortTexts,
  ],
  plugins: [pureNamespaces],
  noExternal: bundled.map((name) => new RegExp(`^${name}($|/)`)),
  // The neutral platform marks nothing as built in; the node adapter needs it.
  external: [/^node:/, /^\.\/texts\.c?js$/],
  esbuildOptions(esbuild) {
    esbuild.mainFields = ["module", "main"];
  },
  async onSuccess() {
    const sources = Object.entries(entries).map(([name, path]) => [name, resolve(path)] as const);
    await writeDeclarations({ entries: Object.fromEntries(sources), ownerOf, folder: "dist" });
    await writeTexts("dist");
    await dropHelperFile("dist");
    // The licences of what is bundled ask to travel with it.
    await mkdir("dist/licenses", { recursive: true });
    await Promise.all(
      bundled.map((name) =>
        copyFile(`node_modules/${name}/LICENSE`, `dist/licenses/${name.replace("@", "").replace("/", "-")}.txt`),
      ),
    );
  },
};

export default defineConfig(options) as Options;
