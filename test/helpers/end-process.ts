import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Ends a process by a signal, and waits until it is gone; does nothing to one that has ended. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill(signal);
  await exit;
}
