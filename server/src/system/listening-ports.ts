/**
 * Which TCP ports something listens on, where Linux tells. Called by main for the discovery of apps.
 */
import { readFile } from "node:fs/promises";

/** State of a socket that listens, in the kernel's table. */
const listens = "0A";
/** Addresses that a program on this machine reaches as 127.0.0.1: any address, and loopback, both as the kernel writes them. */
const reachable = /^(?:0+|0100007F|0{24}01000000|0{16}FFFF00000100007F)$/;

/** @param table text of `/proc/net/tcp` or `/proc/net/tcp6` */
export function readListening(table: string): number[] {
  const rows = table
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  return rows.flatMap(([, local = "", , state]) => {
    const [address = "", port = ""] = local.split(":");
    return state === listens && reachable.test(address) ? [Number.parseInt(port, 16)] : [];
  });
}

/** Empty on other systems. */
export async function listListeningPorts(): Promise<number[]> {
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8").catch(() => "")),
  );
  return [...new Set(tables.flatMap(readListening))].sort((a, b) => a - b);
}
