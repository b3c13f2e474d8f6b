/**
 * The demo's child processes: started, watched, and always stopped. Called by `demo/stage.ts`.
 */

import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

export interface Child {
  readonly pid: number;
  /** Null while it runs; then how it ended, such as `exit code 1` or `SIGKILL`. */
  ended(): string | null;
  /** The last lines it wrote. */
  lastLines(count: number): string;
  /** SIGTERM, and SIGKILL if it is still there after `graceMs`. */
  stop(graceMs: number): Promise<void>;
  /** SIGKILL: no chance to tidy up. */
  kill(): Promise<void>;
}

const running = new Set<ChildProcess>();
// The last resort, also after an exception: nothing of the demo outlives it.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** @param logFile gets what the process prints; text is added at its end. */
export function startChild(command: readonly string[], env: NodeJS.ProcessEnv, cwd: string, logFile: string): Child {
  const log = openSync(logFile, "a");
  const child = spawn(process.execPath, [...command], { env, cwd, stdio: ["ignore", log, log] });
  closeSync(log);
  running.add(child);
  let ended: string | null = null;
  const end = new Promise<void>((resolve) => {
    const finish = (how: string): void => {
      ended = how;
      running.delete(child);
      resolve();
    };
    child.once("error", (error) => finish(error.message));
    child.once("exit", (code, signal) => finish(signal ?? `exit code ${code}`));
  });
  return {
    pid: child.pid ?? 0,
    ended: () => ended,
    lastLines: (count) => readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-count).join("\n"),
    stop: async (graceMs) => {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await end;
      clearTimeout(timer);
    },
    kill: async () => {
      child.kill("SIGKILL");
      await end;
    },
  };
}
