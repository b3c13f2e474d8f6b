/**
 * Turns what SQLite and the file system throw into EngineErrors that say what to do.
 * Called wherever the store touches the database.
 */
import { EngineError, isEngineError } from "../../../domain/error.ts";

// Source: https://sqlite.org/rescode.html. The low byte of an extended code is the primary one.
const busy = 5;
const locked = 6;
const readOnly = 8;
const ioError = 10;
const ioErrorReads = [266, 522];
/** A file that is too short, a checksum that is wrong, a file system that says so. */
const damagedReads = [522, 8458, 2058];
const corrupt = 11;
const full = 13;
const cannotOpen = 14;
/** Of a primary key, a unique index, a row id. */
const duplicateKeys = [1555, 2067, 2579];
const notDatabase = 26;

/** For errors that `@photostructure/sqlite` throws without their code, as it does while it reads many rows. */
const codesByText: Readonly<Record<string, number>> = {
  "database is locked": busy,
  "attempt to write a readonly database": readOnly,
  "disk I/O error": ioError,
  "database disk image is malformed": corrupt,
  "database or disk is full": full,
  "unable to open database file": cannotOpen,
  "file is not a database": notDatabase,
};

const readOnlyCodes = ["EROFS", "EACCES", "EPERM", "ENOTDIR", "EEXIST"];
const fullCodes = ["ENOSPC", "EDQUOT"];

/** What whoever has a damaged database can do. `directory`: the state folder. */
export function restoreAdvice(directory: string): string {
  return [
    `Stop the engine, keep a copy of ${directory}, then do one of these.`,
    "Put back a copy of stepwell.db together with its -wal file, when the copy has one; remove the -wal file that is there.",
    "Or save what can be read, with `sqlite3 stepwell.db .recover | sqlite3 saved.db`, and put saved.db in place of stepwell.db, without the -wal file.",
    "Or move stepwell.db and the files beside it away, to begin anew.",
  ].join(" ");
}

/** `finding`: what SQLite says is wrong. */
export function damagedError(place: string | null, finding: string, cause?: unknown): EngineError {
  const reason = finding.trim().split("\n").slice(0, 2).join(" ").replace(/\.$/, "");
  const message =
    place === null
      ? `The state in memory is damaged: ${reason}. Start the engine again.`
      : `The database in the state folder ${place} is damaged, or is not one of Stepwell's: ${reason}. ${restoreAdvice(place)}`;
  return new EngineError("store_damaged", message, { cause });
}

/** `place`: the state folder for people to find; null in memory. An EngineError is returned as it is. */
export function toStoreError(cause: unknown, place: string | null): EngineError {
  if (isEngineError(cause)) return cause;
  const where = place === null ? "the state in memory" : `the state folder ${place}`;
  const { code, errcode, syscall } = readCodes(cause);
  // Node says ENOENT for a folder that it cannot make below a read-only one.
  const isUnmakeable = code === "ENOENT" && syscall === "mkdir";
  const primary = errcode & 0xff;
  if (primary === busy || primary === locked) {
    return new EngineError(
      "store_busy",
      `Another process uses ${where}. One engine works on a folder at a time: stop the other one, or give this one a folder of its own (--data DIR).`,
      { cause },
    );
  }
  if (primary === readOnly || primary === cannotOpen || readOnlyCodes.includes(code) || isUnmakeable) {
    return new EngineError(
      "store_readonly",
      `Cannot write to ${where}. It must be a folder in which this user may create and write files: change its permissions or mount, or choose another one (--data DIR).`,
      { cause },
    );
  }
  const isDamaged = primary === corrupt || primary === notDatabase || damagedReads.includes(errcode);
  if (isDamaged) return damagedError(place, cause instanceof Error ? cause.message : String(cause), cause);
  const isFailedWrite = primary === ioError && !ioErrorReads.includes(errcode);
  if (primary === full || isFailedWrite || fullCodes.includes(code)) {
    return new EngineError(
      "store_full",
      `The disk did not take a write to ${where}: it is full or failing. Nothing of this request was kept. Free some space, then try again.`,
      { cause, retryable: true },
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EngineError("store_failed", `The database in ${where} refused an operation: ${reason}.`, { cause });
}

/** Whether a row could not be added because one with its key is there. */
export function isDuplicateKey(cause: unknown): boolean {
  const { errcode } = readCodes(cause);
  return (
    duplicateKeys.includes(errcode) || /UNIQUE constraint failed/.test(cause instanceof Error ? cause.message : "")
  );
}

function readCodes(cause: unknown): { code: string; errcode: number; syscall: string } {
  const { code, errcode, syscall, message } = (typeof cause === "object" && cause !== null ? cause : {}) as {
    code?: unknown;
    errcode?: unknown;
    syscall?: unknown;
    message?: unknown;
  };
  const byText = code === "ERR_SQLITE_ERROR" ? codesByText[String(message)] : undefined;
  return {
    code: typeof code === "string" ? code : "",
    errcode: typeof errcode === "number" ? errcode : (byText ?? 0),
    syscall: typeof syscall === "string" ? syscall : "",
  };
}
