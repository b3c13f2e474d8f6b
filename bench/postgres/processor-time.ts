/** CPU time of processes of this machine, by what Linux says of them. Called by the benchmark on Postgres. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Ticks of the kernel's clock a second. */
const ticks = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

interface ProcessStat {
  parent: number;
  ownMs: number;
  /** Of children that have ended. */
  childrenMs: number;
}

function readStat(pid: number | string): ProcessStat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name may have spaces; it ends with the last parenthesis.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const ms = (index: number): number => (Number(fields[index]) * 1000) / ticks;
    return { parent: Number(fields[1]), ownMs: ms(11) + ms(12), childrenMs: ms(13) + ms(14) };
  } catch {
    return null;
  }
}

/** Of a process, of its children, and of those that have ended, in milliseconds. */
export function familyCpuMs(pid: number): number {
  const own = readStat(pid);
  let sum = (own?.ownMs ?? 0) + (own?.childrenMs ?? 0);
  for (const name of readdirSync("/proc")) {
    const stat = /^\d+$/.test(name) ? readStat(name) : null;
    if (stat?.parent === pid) sum += stat.ownMs;
  }
  return sum;
}
