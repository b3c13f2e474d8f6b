import { expect, test } from "vitest";
import { EngineError } from "../../../../../server/src/domain/error.ts";
import { toStoreError } from "../../../../../server/src/store/sqlite/file/database-error.ts";

const sqlite = (errcode: number) => Object.assign(new Error("x"), { code: "ERR_SQLITE_ERROR", errcode });
const uncoded = (message: string) => Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR" });
const system = (code: string, syscall = "open") => Object.assign(new Error("x"), { code, syscall });

test.each([
  [sqlite(5), "store_busy", false],
  [sqlite(6), "store_busy", false],
  [sqlite(261), "store_busy", false],
  [sqlite(8), "store_readonly", false],
  [sqlite(14), "store_readonly", false],
  [system("EROFS"), "store_readonly", false],
  [system("EACCES"), "store_readonly", false],
  [system("ENOENT", "mkdir"), "store_readonly", false],
  [sqlite(13), "store_full", true],
  [sqlite(778), "store_full", true],
  [sqlite(266), "store_failed", false],
  [system("ENOSPC"), "store_full", true],
  [sqlite(11), "store_damaged", false],
  [sqlite(779), "store_damaged", false],
  [sqlite(26), "store_damaged", false],
  [sqlite(522), "store_damaged", false],
  [sqlite(8458), "store_damaged", false],
  [uncoded("database disk image is malformed"), "store_damaged", false],
  [uncoded("database or disk is full"), "store_full", true],
  [uncoded("no such table: runs"), "store_failed", false],
  [sqlite(1555), "store_failed", false],
  [system("ENOENT"), "store_failed", false],
  ["thrown text", "store_failed", false],
  [null, "store_failed", false],
])("%o becomes %s", (cause, code, retryable) => {
  const error = toStoreError(cause, "/var/data");
  expect(error).toMatchObject({ name: "EngineError", code, retryable, cause });
  expect(error.message).toContain("/var/data");
});

test("an EngineError stays as it is, and memory has no folder", () => {
  const error = new EngineError("store_newer", "x");
  expect(toStoreError(error, "/var/data")).toBe(error);
  expect(toStoreError(sqlite(1), null).message).toContain("in memory");
});
