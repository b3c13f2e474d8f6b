/**
 * How full the disk is: that of the file system with the state, or, where the state is no file of this machine, what is used of the
 * bound that its owner set. Made by main, asked for rules about it.
 */
import { statfs } from "node:fs/promises";

export interface DiskOptions {
  /** Folder of the state; null where it is no file. */
  directory: string | null;
  /** Bytes of records beyond which the oldest go; null for no bound. */
  maxDiskBytes: number | null;
  usedBytes(): Promise<number>;
}

/** As `df` counts: what others than root may still write is free. */
async function fileSystemPercent(directory: string): Promise<number> {
  const { blocks, bfree, bavail } = await statfs(directory);
  const used = blocks - bfree;
  return used + bavail === 0 ? 100 : (100 * used) / (used + bavail);
}

/** In percent; null when it is not known. */
export function createDiskPercent({ directory, maxDiskBytes, usedBytes }: DiskOptions): () => Promise<number | null> {
  return async () => {
    if (directory !== null) return fileSystemPercent(directory);
    return maxDiskBytes === null ? null : (100 * (await usedBytes())) / maxDiskBytes;
  };
}
