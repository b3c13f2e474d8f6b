/**
 * The folder of the state and the files in it: made, kept private, and looked at before SQLite opens them.
 * Called by open-store.ts. Must never take an emptied database for a new one: its jobs would be gone without a word.
 */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { EngineError } from "../../../domain/error.ts";
import { openDatabase } from "../database.ts";
import { restoreAdvice } from "./database-error.ts";

/** The database in a state folder. */
export const fileName = "stepwell.db";
/** What SQLite keeps beside the file. */
const companions = ["-wal", "-shm", "-journal"];
const privateFolder = 0o700;
const privateFile = 0o600;
const permissionBits = 0o777;

/** File systems without hard links answer with one of these. */
const noLinks: readonly unknown[] = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

/**
 * The path of the database, which exists then, as its folder does.
 * @throws EngineError `store_damaged`, and what the file system throws
 */
export function prepareDataFolder(directory: string): string {
  makeFolders(resolve(directory));
  accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  const path = join(directory, fileName);
  if (existsSync(path)) assertNotEmptied(directory, path);
  else makeDatabase(directory, path);
  for (const ending of ["", ...companions]) makePrivate(path + ending);
  return path;
}

/** One by one: asked for all at once, Node.js 20 never returns where a folder cannot be made, such as below `/proc`. */
function makeFolders(folder: string): void {
  const missing: string[] = [];
  for (let at = folder; !existsSync(at) && at !== dirname(at); at = dirname(at)) missing.unshift(at);
  for (const at of missing) {
    try {
      // Only the folder of the state is private: those above it may hold other things.
      mkdirSync(at, at === folder ? { mode: privateFolder } : {});
    } catch (error) {
      if (codeOf(error) !== "EEXIST" || !statSync(at).isDirectory()) throw error;
    }
  }
}

function assertNotEmptied(directory: string, path: string): void {
  if (statSync(path).size > 0) return;
  throw new EngineError(
    "store_damaged",
    `${path} is empty: it was a database once, and an engine that went on with it would have forgotten everything. ${restoreAdvice(directory)}`,
  );
}

/**
 * A database without tables, made under another name and then linked: whoever is killed meanwhile leaves no half of one
 * behind, and of two who make it at the same time one does.
 */
function makeDatabase(directory: string, path: string): void {
  const left = companions.map((ending) => path + ending).find((file) => existsSync(file));
  if (left !== undefined)
    throw new EngineError(
      "store_damaged",
      `${path} is missing, and ${left} that belongs to it is there. ${restoreAdvice(directory)}`,
    );
  const prefix = `${fileName}.new-`;
  for (const name of readdirSync(directory))
    if (name.startsWith(prefix)) rmSync(join(directory, name), { force: true });
  const fresh = join(directory, prefix + process.pid);
  try {
    closeSync(openSync(fresh, "wx", privateFile));
    const memory = openDatabase(":memory:");
    memory.exec("PRAGMA auto_vacuum = INCREMENTAL");
    memory.run("VACUUM INTO ?", fresh);
    memory.close();
    flush(fresh);
    place(fresh, path);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Leaves a file alone that another engine has put there meanwhile: opening it says that it is busy. */
function place(fresh: string, path: string): void {
  try {
    linkSync(fresh, path);
  } catch (error) {
    if (existsSync(path)) return;
    if (!noLinks.includes(codeOf(error))) throw error;
    renameSync(fresh, path);
  }
}

function flush(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Files of versions that left them to the umask too. What SQLite makes later has the permissions of the database. */
function makePrivate(path: string): void {
  if (!existsSync(path) || (statSync(path).mode & permissionBits) === privateFile) return;
  try {
    chmodSync(path, privateFile);
  } catch (error) {
    // Another user's file, which this one may write, or a file system that keeps no permissions.
    if (codeOf(error) !== "EPERM" && codeOf(error) !== "ENOTSUP") throw error;
  }
}
