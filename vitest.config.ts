import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type TestProjectConfiguration, type ViteUserConfig } from "vitest/config";
import { guardMs } from "./test/helpers/guard.ts";

/** Resolves `stepwell` and `stepwell-server` to their source, so that tests never need a build. */
const conditions = ["stepwell-source", "module", "node", "development|production"];
const resolve = { conditions };
const ssr = { resolve: { conditions, externalConditions: ["stepwell-source", "node"] } };
/** Node itself loads the published SDKs: without `module`, which leads it into files that only bundlers can read. */
const peersConditions = conditions.filter((condition) => condition !== "module");
const peersResolution = {
  resolve: { conditions: peersConditions },
  ssr: { resolve: { ...ssr.resolve, conditions: peersConditions } },
};
/** The linked packages must pass through Vite: plain Node would resolve them to a build that may not exist. */
const server = { deps: { inline: [/^stepwell(-server)?($|\/)/] } };

const packSetup = fileURLToPath(new URL("./test/frameworks/global-setup.ts", import.meta.url));
const peersSetup = fileURLToPath(new URL("./test/peers/global-setup.ts", import.meta.url));
const withPeers = existsSync(peersSetup) ? { globalSetup: [peersSetup] } : {};
const postgresSetup = fileURLToPath(new URL("./test/postgres/global-setup.ts", import.meta.url));
const installed = "**/node_modules/**";

type TestOptions = NonNullable<ViteUserConfig["test"]>;

/**
 * Files of a project share a process, unless it says otherwise: most are small, and loading the source for each anew
 * takes more time than all their tests. So they leave nothing behind: no global, no variable, no timer.
 */
function project(name: string, include: string[], test: TestOptions = {}, resolution = { resolve, ssr }) {
  const own = { isolate: false, exclude: [installed], testTimeout: guardMs, hookTimeout: guardMs, server, ...test };
  return { ...resolution, test: { name, include, ...own } } as TestProjectConfiguration;
}

const onPostgres = ["test/conformance/postgres*.test.ts"];
const version3 = ["test/peers/**/*-3.test.ts"];
const peersOptions = { exclude: [installed, ...version3], fileParallelism: false, ...withPeers };
const behaviourOptions = {
  exclude: [installed, "test/behaviour/*-3.test.ts"],
  // After the others: projects of one group share their workers.
  sequence: { groupOrder: 1 },
  ...withPeers,
};

const config: ViteUserConfig = defineConfig({
  test: {
    passWithNoTests: false,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts", "adapters/**/*.ts", "server/src/**/*.ts"],
      // The first pattern would match the src folders of examples too.
      exclude: ["examples/**", "test/**"],
      reporter: ["text-summary", "text"],
      thresholds: {
        lines: 90,
        functions: 90,
        statements: 90,
        branches: 90,
        "src/protocol/**": { 100: true },
        "src/duration/**": { 100: true },
        "src/errors/**": { 100: true },
        "server/src/core/flow/**": { 100: true },
        "server/src/core/expression/**": { 100: true },
        "server/src/core/ops/**": { 100: true },
        // Not whole yet: what is missing must not grow.
        "server/src/domain/**": { statements: 99, branches: 93, functions: 99, lines: 99 },
        "server/src/rules/**": { statements: 97, branches: 91, functions: 97, lines: 98 },
      },
    },
    projects: [
      project("unit", ["test/**/*.test.ts"], {
        exclude: [
          installed,
          "test/{behaviour,chaos,companions,conformance,dashboard,deploy,e2e,frameworks,packed,peers,postgres,runtimes,types}/**",
        ],
      }),
      // The page in Chromium, where there is one.
      project("dashboard", ["test/dashboard/**/*.test.ts"], { fileParallelism: false }),
      project("conformance", ["test/conformance/**/*.test.ts"], { exclude: [installed, ...onPostgres] }),
      // All that needs a Postgres: one is started for them, or that of DATABASE_URL is used.
      project("postgres", ["test/postgres/**/*.test.ts", ...onPostgres], { globalSetup: [postgresSetup] }),
      project("e2e", ["test/e2e/**/*.test.ts", "test/chaos/**/*.test.ts"], { fileParallelism: false }),
      // Versions 3 and 4 of the published SDK share a global, so each has a process of its own.
      project("peers", ["test/peers/**/*.test.ts"], peersOptions, peersResolution),
      project("peers-3", version3, { ...peersOptions, exclude: [installed] }, peersResolution),
      // The table of behaviours, with our SDK and with the published ones.
      project("behaviour", ["test/behaviour/**/*.test.ts"], behaviourOptions, peersResolution),
      project(
        "behaviour-3",
        ["test/behaviour/*-3.test.ts"],
        { ...behaviourOptions, exclude: [installed] },
        peersResolution,
      ),
      // The handler again, where there is nothing but what edge runtimes have …
      project("edge", ["test/handler/**/*.test.ts", "test/signing/**/*.test.ts", "test/runtimes/edge-*.test.ts"], {
        environment: "edge-runtime",
        // A context of its own: other pools only put the edge runtime's globals over those of Node.js.
        pool: "vmThreads",
        exclude: [installed, "test/handler/heap.test.ts"],
      }),
      // … and as a built package in the runtimes themselves.
      project("runtimes", ["test/runtimes/runtimes.test.ts"], { globalSetup: [packSetup] }),
      // The packed packages in the compilers of their users, and in npm, …
      project("packed", ["test/packed/*.test.ts"], { fileParallelism: false }),
      // … with every compiler and all settings by `npm run test:packed`.
      project("packed-more", ["test/packed/more/*.test.ts"], { fileParallelism: false }),
      // The files of packaging/deploy, by `npm run test:deploy`.
      project("deploy-more", ["test/deploy/*.test.ts"], { fileParallelism: false }),
      // Real frameworks, installed outside the repository: these are part of `npm test`, …
      project("frameworks", ["test/frameworks/*.test.ts"], { fileParallelism: false, globalSetup: [packSetup] }),
      // Packages that are made for the published SDK, on ours under its name.
      project("companions", ["test/companions/*.test.ts"], { fileParallelism: false, globalSetup: [packSetup] }),
      // … and these come with `npm run test:frameworks`.
      project("frameworks-more", ["test/frameworks/more/*.test.ts"], {
        fileParallelism: false,
        globalSetup: [packSetup],
      }),
      // The example apps as their users start them, driven from outside: `npm run test:examples`. `EXAMPLES_SDK=inngest`
      // puts the published SDK in the place of ours.
      project(
        "examples-more",
        ["examples/*/e2e/*.e2e.ts"],
        { fileParallelism: false, isolate: true, ...withPeers },
        peersResolution,
      ),
      project("types", [], {
        typecheck: { enabled: true, only: true, include: ["test/**/*.test-d.ts"], tsconfig: "tsconfig.types.json" },
      }),
    ],
  },
});

export default config;
