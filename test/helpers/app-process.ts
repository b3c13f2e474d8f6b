/** An app of a test in a process of its own, which a test may kill. It tells what it does over the IPC channel. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

export interface AppProcess {
  child: ChildProcess;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
}

/**
 * Runs a TypeScript file as an app and waits for its first message `"listening"`.
 * @param onMark called with every later message.
 */
export async function startAppProcess(
  file: URL,
  env: Record<string, string>,
  onMark: (mark: unknown) => void,
): Promise<AppProcess> {
  const child = fork(file, {
    execArgv: ["--conditions=stepwell-source", "--import", "tsx"],
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the app ended with code ${code} before it listened`)));
    child.on("message", (message) => {
      if (message === "listening") resolve();
      else onMark(message);
    });
  });
  return {
    child,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    },
  };
}
