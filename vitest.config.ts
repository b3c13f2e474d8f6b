import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";

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
        "server/src/domain/**": { 100: true },
      },
    },
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["**/node_modules/**", "test/{behaviour,conformance,e2e,frameworks,peers,runtimes,types}/**"],
          // Room for a loaded machine; a test that needs it on an idle one is too slow.
          testTimeout: 20_000,
          server,
        },
      },
      {
        resolve,
        ssr,
        test: { name: "conformance", include: ["test/conformance/**/*.test.ts"], testTimeout: 30_000, server },
      },
      {
        resolve,
        ssr,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          server,
        },
      },
      {
        ...peersResolution,
        test: {
          name: "peers",
          include: ["test/peers/**/*.test.ts"],
          exclude: ["**/node_modules/**"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          ...(existsSync(peersSetup) ? { globalSetup: [peersSetup] } : {}),
          server,
        },
      },
      // The table of behaviours, with our SDK and with the published ones.
      {
        ...peersResolution,
        test: {
          name: "behaviour",
          include: ["test/behaviour/**/*.test.ts"],
          testTimeout: 30_000,
          maxWorkers: 2,
          // After the others: projects of one group share their workers.
          sequence: { groupOrder: 1 },
          ...(existsSync(peersSetup) ? { globalSetup: [peersSetup] } : {}),
          server,
        },
      },
      // The handler again, where there is nothing but what edge runtimes have …
      {
        resolve,
        ssr,
        test: {
          name: "edge",
          environment: "edge-runtime",
          // A context of its own: other pools only put the edge runtime's globals over those of Node.js.
          pool: "vmThreads",
          include: ["test/handler/**/*.test.ts", "test/signing/**/*.test.ts", "test/runtimes/edge-*.test.ts"],
          exclude: ["**/node_modules/**", "test/handler/heap.test.ts"],
          testTimeout: 20_000,
          server,
        },
      },
      // … and as a built package in the runtimes themselves.
      {
        resolve,
        ssr,
        test: {
          name: "runtimes",
          include: ["test/runtimes/runtimes.test.ts"],
          testTimeout: 60_000,
          globalSetup: [packSetup],
          server,
        },
      },
      // Real frameworks, installed outside the repository: these are part of `npm test`, …
      {
        resolve,
        ssr,
        test: {
          name: "frameworks",
          include: ["test/frameworks/*.test.ts"],
          testTimeout: 240_000,
          fileParallelism: false,
          globalSetup: [packSetup],
          server,
        },
      },
      // … and these come with `npm run test:frameworks`.
      {
        resolve,
        ssr,
        test: {
          name: "frameworks-more",
          include: ["test/frameworks/more/*.test.ts"],
          testTimeout: 400_000,
          fileParallelism: false,
          globalSetup: [packSetup],
          server,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: "types",
          include: [],
          typecheck: { enabled: true, only: true, include: ["test/**/*.test-d.ts"], tsconfig: "tsconfig.json" },
        },
      },
    ],
  },
});

export default config;
