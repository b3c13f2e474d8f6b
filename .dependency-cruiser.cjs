/**
 * The layers of ARCHITECTURE.md as rules: a folder imports itself and what stands on a lower line, never up.
 * `test/repo/layers.test.ts` plants violations and sees them fail.
 */

/** The SDK's lines, lowest first. Folders on one line do not import each other. */
const sdkLines = [
  ["protocol"],
  ["duration"],
  ["errors"],
  ["options"],
  ["events", "signing"],
  ["middleware", "steps"],
  ["function"],
  ["execution", "client"],
  ["handler", "testing"],
  ["compat"],
];

/** The engine's folders, each with those it may import. `main` is the composition root: server/src/main.ts. */
const engineMayImport = {
  domain: [],
  rules: ["domain"],
  ports: ["domain", "rules"],
  core: ["domain", "rules", "ports"],
  store: ["domain", "rules", "ports", "core"],
  transport: ["domain", "rules", "ports", "core"],
  metrics: ["domain", "rules", "ports"],
  tracing: ["domain", "rules", "ports", "core"],
  system: ["domain", "rules", "ports"],
  api: ["domain", "rules", "ports", "core"],
  client: ["api/answers\\.ts"],
  cli: ["domain", "rules", "ports", "core", "client", "main\\.ts", "open-store\\.ts", "api/answers\\.ts"],
  alerts: ["domain", "rules", "ports"],
  testing: ["domain", "rules", "ports", "core", "main\\.ts"],
  simulation: ["domain", "rules", "ports", "core", "store", "main\\.ts", "testing"],
};

/** The rooms of server/src/core, each with those it may import. Those that stand higher are unknown to those below. */
const coreMayImport = {
  access: [],
  expression: [],
  limits: [],
  wire: [],
  work: [],
  flow: ["expression"],
  gate: ["limits"],
  parts: ["gate", "limits", "work"],
  start: ["expression", "flow", "parts"],
  crons: ["limits", "parts", "start", "wire"],
  end: ["parts", "start", "work"],
  ingest: ["limits", "parts", "start", "wire", "work"],
  apps: ["crons", "expression", "limits", "parts", "wire", "work"],
  ops: ["end", "expression", "limits", "parts", "start", "wire"],
  call: ["end", "flow", "gate", "limits", "ops", "parts", "wire", "work"],
  operate: ["apps", "crons", "expression", "ingest", "ops", "parts", "start", "wire", "work"],
  waits: ["call", "expression", "parts", "work"],
  webhooks: ["access", "expression", "ingest", "parts"],
  alerts: ["apps", "parts"],
  items: ["call", "crons", "end", "operate", "parts", "start", "waits", "work"],
};

/** The rooms of server/src/store, each with those it may import: a store never knows another. */
const storeMayImport = {
  records: [],
  sqlite: ["records"],
  postgres: ["records"],
};

/** The rooms of server/src/api/v2, each with those it may import; what all of them share stands beside them. */
const v2MayImport = {
  alerts: [],
  access: [],
  apps: ["runs"],
  engine: [],
  events: ["runs"],
  metrics: [],
  operate: ["events", "runs"],
  runs: [],
};
const v2Shared = ["lookup\\.ts", "parse-stored\\.ts", "present-limits\\.ts", "v2-parts\\.ts"];
const v2Rooms = Object.fromEntries(
  Object.entries(v2MayImport).map(([room, allowed]) => [room, [...allowed, ...v2Shared]]),
);

const group = (names) => `(?:${names.join("|")})`;

/** A folder of `base` imports itself and the `allowed` ones, each followed by `after`, and nothing else of `within`. */
const folderRule = ({ name, base, folder, allowed, none, within = `^${base}/`, after = "/" }) => ({
  name: `${name}-${folder}`,
  comment: `${base}/${folder} imports itself and ${allowed.length > 0 ? allowed.join(", ") : none}.`,
  severity: "error",
  from: { path: `^${base}/${folder}/` },
  to: { path: within, pathNot: `^${base}/${group([folder, ...allowed])}${after}` },
});

const folderRules = (mayImport, shared) =>
  Object.entries(mayImport).map(([folder, allowed]) => folderRule({ folder, allowed, ...shared }));

const sdk = { name: "sdk-layer", base: "src", none: "nothing else of the SDK", within: "^(?:src|adapters)/" };
const sdkMayImport = Object.fromEntries(
  sdkLines.flatMap((line, index) => line.map((folder) => [folder, sdkLines.slice(0, index).flat()])),
);
const engine = { name: "engine-layer", base: "server/src", none: "nothing else of the engine", after: "(?:/|$)" };
const roomsOf = (folder) => ({ name: `${folder}-room`, base: `server/src/${folder}`, none: "no other room" });

const v2 = { name: "v2-room", base: "server/src/api/v2", none: "no other room", after: "(?:/|$)" };

module.exports = {
  forbidden: [
    ...folderRules(sdkMayImport, sdk),
    ...folderRules(engineMayImport, engine),
    ...folderRules(coreMayImport, roomsOf("core")),
    ...folderRules(storeMayImport, roomsOf("store")),
    ...folderRules(v2Rooms, v2),
    {
      name: "only-items-commit-for-items",
      comment:
        "Handlers return what is to be committed. The door puts the lease loop together, and nobody below it knows that loop.",
      severity: "error",
      from: { path: "^server/src/core/", pathNot: "^server/src/core/(?:create-engine\\.ts|work/)" },
      to: { path: "^server/src/core/work/(?:lease-loop|heartbeat)\\.ts" },
    },
    {
      name: "core-has-rooms",
      comment:
        "A file of core stands in one of its rooms; what is no room of the table has no arrows. The door alone stands outside.",
      severity: "error",
      from: {},
      to: {
        path: "^server/src/core/",
        pathNot: `^server/src/core/(?:engine\\.ts|create-engine\\.ts|${group(Object.keys(coreMayImport))}/)`,
      },
    },
    {
      name: "no-cycle",
      comment: "No import cycles, type imports included: they make a knot that can only be read whole.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "sdk-not-to-engine",
      comment: "The SDK never imports the engine.",
      severity: "error",
      from: { path: "^(?:src|adapters)/" },
      to: { path: "^server/|^stepwell-server" },
    },
    {
      name: "sdk-not-to-node",
      comment: "src/ runs wherever fetch runs: no Node built-in, src/testing aside.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/testing/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "adapter-only-handler",
      comment: "An adapter translates: it imports src/handler, a bridge (adapters/_*.ts) and its own framework.",
      severity: "error",
      from: { path: "^adapters/" },
      to: { path: "^(?:src|adapters)/", pathNot: "^(?:src/handler/|adapters/_[^/]+\\.ts$)" },
    },
    {
      name: "adapter-own-framework",
      comment: "An adapter imports no framework but the one it is named after.",
      severity: "error",
      from: { path: "^adapters/([^_./][^/]*)\\.ts$" },
      to: { path: "node_modules/", pathNot: "node_modules/(?:@types/)?$1/" },
    },
    {
      name: "only-node-adapters-use-node",
      comment: "Node built-ins belong to the node adapter: the others, bridges included, may name their types only.",
      severity: "error",
      from: { path: "^adapters/", pathNot: "^adapters/node\\.ts$" },
      to: { dependencyTypes: ["core"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "engine-uses-the-seam",
      comment:
        "The engine imports only stepwell/protocol and stepwell/signing of the SDK. Apps in its own process are tied to it in one file, and made to fail on purpose in another.",
      severity: "error",
      from: { path: "^server/src/", pathNot: "^server/src/(?:embedded-apps|testing/step-faults)\\.ts$" },
      to: { path: "^(?:src|adapters)/", pathNot: "^src/(?:protocol|signing)/index\\.ts$" },
    },
    {
      name: "dashboard-talks-to-the-api",
      comment:
        "The page is a client: it speaks to the HTTP API alone, and imports nothing of the SDK and the engine but the types of answers.",
      severity: "error",
      from: { path: "^server/dashboard/" },
      to: { path: "^(?:src|adapters|server/src)/|^stepwell", pathNot: "^server/src/api/answers\\.ts$" },
    },
    {
      name: "dashboard-takes-types-of-answers",
      comment: "Of the engine's code, nothing becomes part of the page.",
      severity: "error",
      from: { path: "^server/dashboard/" },
      to: { path: "^server/src/api/answers\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "dashboard-is-no-source-of-the-engine",
      comment: "The engine serves the built page as files, and imports nothing of it.",
      severity: "error",
      from: { path: "^server/src/" },
      to: { path: "^server/dashboard/" },
    },
    {
      name: "dashboard-asks-in-one-place",
      comment: "Only the typed client of the page makes requests.",
      severity: "error",
      from: { path: "^server/dashboard/src/(?!api/)", pathNot: "^server/dashboard/src/(?:app|live/live)\\.tsx$" },
      to: { path: "^server/dashboard/src/api/stream\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "core-is-pure",
      comment: "Decisions reach the world through ports only: no database, no HTTP framework, no file system.",
      severity: "error",
      from: { path: "^server/src/(?:domain|rules|ports|core)/" },
      to: {
        path: "^(?:node:)?(?:fs|http|https|net|child_process|sqlite)(?:/|$)|node_modules/(?:hono|@hono|undici|commander|pino|@photostructure)/",
      },
    },
    {
      name: "simulation-is-not-shipped",
      comment: "What runs engines to find their faults is part of none.",
      severity: "error",
      from: { path: "^(?:src|adapters|server/src)/", pathNot: "^server/src/simulation/" },
      to: { path: "^server/src/simulation/" },
    },
    {
      name: "not-to-test",
      comment: "Shipped code never imports tests, examples or benchmarks.",
      severity: "error",
      from: { path: "^(?:src|adapters|server/src|server/dashboard)/" },
      to: { path: "^(?:test|examples|bench|scripts)/" },
    },
    {
      name: "no-unresolvable",
      comment: "Every import leads somewhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-undeclared-package",
      comment: "What is imported stands in the package.json beside it.",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm-peer"] },
    },
    {
      name: "engine-not-to-dev-package",
      comment:
        "The engine's run-time imports are its dependencies; the linked SDK is bundled, and so are the packages named here.",
      severity: "error",
      from: { path: "^server/src/" },
      to: {
        dependencyTypes: ["npm-dev"],
        dependencyTypesNot: ["type-only"],
        path: "node_modules/",
        pathNot: "node_modules/(?:@modelcontextprotocol/sdk|openid-client)/",
      },
    },
    {
      name: "no-orphan",
      comment: "A file that nothing imports and that imports nothing is dead.",
      severity: "error",
      from: { orphan: true, path: "^(?:src|server/src)/" },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules/" },
    exclude: { path: "^server/dashboard/dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["stepwell-source", "import", "types", "node", "default"],
      extensions: [".ts", ".js", ".mjs", ".cjs", ".d.ts", ".json"],
    },
  },
};
