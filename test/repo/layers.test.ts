import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise as dependencyCruise, type ICruiseResult } from "dependency-cruiser";
import extractOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import extractTypeScriptOptions from "dependency-cruiser/config-utl/extract-ts-config";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "./root.ts";

const options = await extractOptions(join(root, ".dependency-cruiser.cjs"));

/** Runs the repository's rules over a tree and gives each violation as `rule: from -> to`. */
async function cruise(baseDir: string, folders: readonly string[]): Promise<string[]> {
  const typeScript = { tsConfig: extractTypeScriptOptions(join(baseDir, "tsconfig.json")) };
  const { output } = await dependencyCruise([...folders], { ...options, baseDir }, undefined, typeScript);
  const { violations } = (output as ICruiseResult).summary;
  return violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).sort();
}

/** A small house that keeps every rule. */
const soundTree: Readonly<Record<string, string>> = {
  "src/index.ts": 'export { handle } from "./handler/handle.ts";',
  "src/protocol/index.ts": 'export { call } from "./call.ts";',
  "src/protocol/call.ts": "export const call = 1;",
  "src/errors/base.ts": "export const base = 1;",
  "src/steps/run.ts": 'export { call } from "../protocol/index.ts";',
  "src/handler/handle.ts":
    'import { base } from "../errors/base.ts"; import { call } from "../steps/run.ts"; export const handle = call + base;',
  "adapters/_node.ts": 'import type { Server } from "node:http"; export const bridge = null as Server | null;',
  "adapters/node.ts":
    'import { createServer } from "node:http"; import { bridge } from "./_node.ts"; import { handle } from "../src/handler/handle.ts"; export const serve = [createServer, bridge, handle];',
  "server/src/domain/run.ts": "export interface Run { id: string }",
  "server/src/rules/starts.ts":
    'import type { Run } from "../domain/run.ts"; export const mayStart = (run: Run) => run;',
  "server/src/ports/store.ts": 'import type { Run } from "../domain/run.ts"; export interface Store { run: Run }',
  "server/src/core/ingest/ingest.ts":
    'import type { Store } from "../../ports/store.ts"; export const ingest = (store: Store) => store;',
  "server/src/store/sqlite/open.ts":
    'import type { Store } from "../../ports/store.ts"; import { mayStart } from "../../rules/starts.ts"; import "node:fs"; export const open = (store: Store) => mayStart(store.run);',
  "server/src/api/routes.ts": 'import { ingest } from "../core/ingest/ingest.ts"; export const routes = ingest;',
  "server/src/main.ts":
    'import { open } from "./store/sqlite/open.ts"; import { routes } from "./api/routes.ts"; export const createServer = [open, routes];',
  "server/src/cli/main.ts": 'import { createServer } from "../main.ts"; export const cli = createServer;',
};

let tree: string;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), "stepwell-layers-"));
  write({
    ...soundTree,
    "tsconfig.json": '{ "compilerOptions": { "module": "ESNext", "moduleResolution": "bundler" } }',
  });
});

afterEach(() => rmSync(tree, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
}

const folders = ["src", "adapters", "server/src"];

test("this repository keeps its layers", async () => {
  expect(await cruise(root, folders)).toEqual([]);
});

test("a sound tree passes", async () => {
  expect(await cruise(tree, folders)).toEqual([]);
});

test("each planted violation is named, and nothing else is", async () => {
  write({
    // Upward, and between two folders of one line.
    "src/steps/run.ts": 'import { handle } from "../execution/planner.ts"; export const call = handle;',
    "src/execution/planner.ts": 'import { send } from "../client/send.ts"; export const handle = send;',
    "src/client/send.ts": 'import { readFileSync } from "node:fs"; export const send = readFileSync;',
    "src/errors/base.ts":
      'import { createServer } from "../../server/src/main.ts"; export const base = createServer.length;',
    "src/protocol/call.ts":
      'import type { Opcode } from "./opcode.ts"; export const call = 1; export type Call = Opcode;',
    "src/protocol/opcode.ts": 'import type { Call } from "./call.ts"; export type Opcode = Call | 2;',
    "adapters/fetch.ts": 'import { call } from "../src/steps/run.ts"; import "node:http"; export const serve = call;',
    "server/src/domain/run.ts":
      'import { base } from "../../../src/errors/base.ts"; export interface Run { id: typeof base }',
    "server/src/rules/starts.ts":
      'import type { Store } from "../ports/store.ts"; import "node:fs"; export const mayStart = (run: Store["run"]) => run;',
    "server/src/core/ingest/ingest.ts":
      'import { open } from "../../store/sqlite/open.ts"; import "node:fs"; export const ingest = open;',
    "server/src/api/routes.ts": 'import type { cli } from "../cli/main.ts"; export const routes: typeof cli = [];',
    "server/src/core/call/decide.ts": 'import { limits } from "../limits/limits.ts"; export const decide = limits;',
    "server/src/core/limits/limits.ts": 'import { floor } from "../cellar/floor.ts"; export const limits = floor;',
    "server/src/core/cellar/floor.ts": "export const floor = 1;",
    "server/src/core/work/lease-loop.ts": 'import { decide } from "../call/decide.ts"; export const loop = decide;',
    "server/src/core/items/handlers.ts": 'import { loop } from "../work/lease-loop.ts"; export const handlers = loop;',
    "server/src/store/postgres/runs.ts": 'import { open } from "../sqlite/open.ts"; export const runs = open;',
    "server/src/api/v2/runs/runs.ts": 'import { keys } from "../access/keys.ts"; export const runs = keys;',
    "server/src/api/v2/access/keys.ts": 'import { parts } from "../v2-parts.ts"; export const keys = parts;',
    "server/src/api/v2/v2-parts.ts": "export const parts = 1;",
    "server/src/ports/lonely.ts": "export const nobody = 1;",
    "server/src/transport/gone.ts": 'import "./not-there.ts";',
    "server/src/server-options.ts": 'import { world } from "./simulation/world.ts"; export const options = world;',
    "server/src/simulation/world.ts": "export const world: unknown[] = [];",
  });
  expect(await cruise(tree, folders)).toMatchInlineSnapshot(`
    [
      "adapter-only-handler: adapters/fetch.ts -> src/steps/run.ts",
      "core-has-rooms: server/src/core/limits/limits.ts -> server/src/core/cellar/floor.ts",
      "core-is-pure: server/src/core/ingest/ingest.ts -> fs",
      "core-is-pure: server/src/rules/starts.ts -> fs",
      "core-room-limits: server/src/core/limits/limits.ts -> server/src/core/cellar/floor.ts",
      "core-room-work: server/src/core/work/lease-loop.ts -> server/src/core/call/decide.ts",
      "engine-layer-api: server/src/api/routes.ts -> server/src/cli/main.ts",
      "engine-layer-core: server/src/core/ingest/ingest.ts -> server/src/store/sqlite/open.ts",
      "engine-layer-rules: server/src/rules/starts.ts -> server/src/ports/store.ts",
      "engine-uses-the-seam: server/src/domain/run.ts -> src/errors/base.ts",
      "no-cycle: server/src/api/routes.ts -> server/src/cli/main.ts",
      "no-cycle: server/src/domain/run.ts -> src/errors/base.ts",
      "no-cycle: server/src/rules/starts.ts -> server/src/ports/store.ts",
      "no-cycle: src/protocol/call.ts -> src/protocol/opcode.ts",
      "no-orphan: server/src/ports/lonely.ts -> server/src/ports/lonely.ts",
      "no-unresolvable: server/src/transport/gone.ts -> ./not-there.ts",
      "only-items-commit-for-items: server/src/core/items/handlers.ts -> server/src/core/work/lease-loop.ts",
      "only-node-adapters-use-node: adapters/fetch.ts -> http",
      "sdk-layer-execution: src/execution/planner.ts -> src/client/send.ts",
      "sdk-layer-steps: src/steps/run.ts -> src/execution/planner.ts",
      "sdk-not-to-engine: src/errors/base.ts -> server/src/main.ts",
      "sdk-not-to-node: src/client/send.ts -> fs",
      "simulation-is-not-shipped: server/src/server-options.ts -> server/src/simulation/world.ts",
      "store-room-postgres: server/src/store/postgres/runs.ts -> server/src/store/sqlite/open.ts",
      "v2-room-runs: server/src/api/v2/runs/runs.ts -> server/src/api/v2/access/keys.ts",
    ]
  `);
});
