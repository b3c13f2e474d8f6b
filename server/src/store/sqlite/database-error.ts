/**
 * Turns what SQLite and the file system throw into EngineErrors that say what to do.
 * Called wherever the store touches the database.
 */
import { EngineError, isEngineError } from "../../domain/error.ts";

// Source: https://sqlite.org/rescode.html. The low byte of an extended code is the primary one.
const busy = 5;
const locked = 6;
const readOnly = 8;
const ioError = 10;
const ioErrorReads = [266, 522];
const corrupt = 11;
const full = 13;
const cannotOpen = 14;
const notDatabase = 26;

const readOnlyCodes = ["EROFS", "EACCES", "EPERM", "ENOTDIR", "EEXIST"];
const fullCodes = ["ENOSPC", "EDQUOT"];

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
  const isFailedWrite = primary === ioError && !ioErrorReads.includes(errcode);
  if (primary === full || isFailedWrite || fullCodes.includes(code)) {
    return new EngineError(
      "store_full",
      `The disk did not take a write to ${where}: it is full or failing. Nothing of this request was kept. Free some space, then try again.`,
      { cause, retryable: true },
    );
  }
  if (primary === corrupt || primary === notDatabase) {
    return new EngineError(
      "store_failed",
      `The database in ${where} is damaged or is not one of Stepwell's. Move it away or restore a copy, then start again.`,
      { cause },
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EngineError("store_failed", `The database in ${where} refused an operation: ${reason}.`, { cause });
}

function readCodes(cause: unknown): { code: string; errcode: number; syscall: string } {
  const { code, errcode, syscall } = (typeof cause === "object" && cause !== null ? cause : {}) as {
    code?: unknown;
    errcode?: unknown;
    syscall?: unknown;
  };
  return {
    code: typeof code === "string" ? code : "",
    errcode: typeof errcode === "number" ? errcode : 0,
    syscall: typeof syscall === "string" ? syscall : "",
  };
}
