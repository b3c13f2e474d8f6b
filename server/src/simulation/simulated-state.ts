/**
 * Where the engines of a world keep what must survive: a real store on a real file, in memory where the machine has such a folder.
 * An engine that has the state to itself opens it anew in each of its lives, as a process does; several share one store, as they
 * share a database.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "../ports/store.ts";
import { openDatabase } from "../store/sqlite/database.ts";
import { openSqliteStore } from "../store/sqlite/open-store.ts";

export interface SimulatedState {
  /** Whether several engines work on it at once. */
  readonly isShared: boolean;
  /** For one life of an engine. @throws EngineError what the store throws */
  open(): Store;
  /** That life is over. */
  release(store: Store): Promise<void>;
  /** What lies in tables that must be empty when every run has ended. The state must have been closed. */
  leftovers(): string[];
  close(): Promise<void>;
  /** Forgets everything. */
  remove(): void;
}

const fileName = "stepwell.db";
/** Tables in which nothing may be left when all runs have ended and nothing starts by itself. */
const passing = ["queue", "waits", "slots", "run_slots", "debounces", "batches", "batch_events"];

/** The disk is not what is tested here. */
function parentFolder(): string {
  return existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
}

let template: string | null = null;

/** A store that was opened once: to make all tables for each world takes longer than many worlds. */
async function templateFile(): Promise<string> {
  if (template !== null && existsSync(template)) return template;
  const directory = mkdtempSync(join(parentFolder(), "stepwell-simulation-"));
  await openSqliteStore({ directory }).close();
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  template = join(directory, fileName);
  return template;
}

export async function createSimulatedState(isShared: boolean): Promise<SimulatedState> {
  const directory = mkdtempSync(join(parentFolder(), "stepwell-world-"));
  copyFileSync(await templateFile(), join(directory, fileName));
  const openStore = (): Store => openSqliteStore({ directory, skipCheck: true });
  let shared = isShared ? openStore() : null;
  return {
    isShared,
    open: () => shared ?? openStore(),
    async release(store) {
      if (store !== shared) await store.close();
    },
    leftovers() {
      const database = openDatabase(join(directory, fileName));
      const rows = passing.flatMap((table) =>
        database.all(`SELECT '${table}' AS "table", * FROM ${table} LIMIT 3`).map((row) => JSON.stringify(row)),
      );
      const lanes = database
        .all("SELECT * FROM lanes WHERE state <> 0 LIMIT 3")
        .map((row) => `lane ${JSON.stringify(row)}`);
      database.close();
      return [...rows, ...lanes];
    },
    async close() {
      await shared?.close();
      shared = null;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
