/** A file system of a few megabytes, so that a test can fill it. Linux, as root. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  path: string;
  /** Gives it another size while it is in use. */
  resize(mebibytes: number): void;
  setReadOnly(readOnly: boolean): void;
  remove(): void;
}

function mount(...args: string[]): void {
  execFileSync("mount", args, { stdio: "pipe" });
}

/** @throws when this process may not mount. */
export function createSmallDisk(mebibytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), "stepwell-disk-"));
  try {
    mount("-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", path);
  } catch (error) {
    rmSync(path, { recursive: true });
    throw error;
  }
  return {
    path,
    resize: (size) => mount("-o", `remount,size=${size}m`, path),
    setReadOnly: (readOnly) => mount("-o", `remount,${readOnly ? "ro" : "rw"}`, path),
    remove() {
      execFileSync("umount", ["--lazy", path], { stdio: "pipe" });
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Why no small disk can be made here; null when it can. */
export function smallDiskProblem(): string | null {
  try {
    createSmallDisk(1).remove();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
