/** The real command line in a process of its own, which a test may kill. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { root } from "../repo/root.ts";
import { bundledProgram } from "./bundled-program.ts";
import { eventually } from "./eventually.ts";

const cli = await bundledProgram("server/src/cli/main.ts");

export interface EngineProcess {
  child: ChildProcess;
  url: string;
  /** All that it has printed, both streams. */
  output(): string;
  /** Resolves with the exit code, or null when a signal ended it. */
  exited: Promise<number | null>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and waits for a clean end. */
  stop(): Promise<number | null>;
}

/** Starts `stepwell <args>` from source without waiting for it to be ready. */
export function spawnStepwell(
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): {
  child: ChildProcess;
  output: () => string;
  exited: Promise<number | null>;
} {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8");
    stream?.on("data", (text: string) => {
      printed += text;
    });
  }
  const exited = once(child, "close").then(([code]) => code as number | null);
  return { child, output: () => printed, exited };
}

/** Starts an engine on a port and waits until it answers. */
export async function startEngineProcess(
  command: "dev" | "start",
  port: number,
  args: string[],
): Promise<EngineProcess> {
  const { child, output, exited } = spawnStepwell([command, "--host", "127.0.0.1", "--port", String(port), ...args]);
  const url = `http://127.0.0.1:${port}`;
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  const found = await eventually(`the engine on port ${port}`, async () => {
    if (gone) return "gone";
    const response = await fetch(`${url}/health`).catch(() => null);
    return response?.ok ? "ready" : null;
  }).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw new Error(`the engine did not start: ${output()}`, { cause: error });
  });
  if (found === "gone") throw new Error(`the engine ended before it was ready: ${output()}`);
  return {
    child,
    url,
    output,
    exited,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    async stop() {
      child.kill("SIGTERM");
      return exited;
    },
  };
}
