/** An app of a test in a process of its own, which a test may kill. It tells what it does over the IPC channel. */
import { type ChildProcess, fork } from "node:child_process";
import { endProcess } from "./end-process.ts";

export interface AppProcess {
  child: ChildProcess;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** Resolves when the app has done all that was asked of it over connections that are closed by now. */
  drained(): Promise<void>;
}

/**
 * Runs a JavaScript file as an app and waits for its first message `"listening"`.
 * @param onMark called with every later message.
 */
export async function startAppProcess(
  program: string,
  env: Record<string, string>,
  onMark: (mark: unknown) => void,
): Promise<AppProcess> {
  const child = fork(program, {
    execArgv: [],
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  let drained = (): void => {};
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the app ended with code ${code} before it listened`)));
    child.on("message", (message) => {
      if (message === "listening") resolve();
      else if (message === "drained") drained();
      else onMark(message);
    });
  });
  return {
    child,
    drained: () =>
      new Promise((resolve) => {
        drained = resolve;
        child.send("drain");
      }),
    kill: () => endProcess(child),
  };
}
