/**
 * An example app in a process of its own, as `npm run test:examples` drives it: bundled once from its source, killed and
 * started again on the same port. `EXAMPLES_SDK=inngest` puts the published SDK in place of ours by one alias.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { root } from "../repo/root.ts";
import { eventually } from "./eventually.ts";

/** The published SDK's package in place of ours; null for ours. */
const alias: string | null = sdkOfExamples(process.env["EXAMPLES_SDK"]);

/** Whether the apps run with the published SDK. */
export const usesPublishedSdk: boolean = alias !== null;

function sdkOfExamples(wanted: string | undefined): string | null {
  if (wanted === undefined || wanted === "" || wanted === "stepwell") return null;
  if (wanted === "inngest") return "inngest-v4";
  throw new Error(`EXAMPLES_SDK is "${wanted}"; expected "stepwell" or "inngest".`);
}

/** Where bundles find the packages of the root, and the published SDK as `inngest-v4`. */
const folder = join(root, "test/peers/node_modules/.cache/stepwell-examples");

const packagesOfOthers: Plugin = {
  name: "packages-of-others",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === "entry-point") return undefined;
      // The client of the engine's API is bundled from its source, as our SDK is.
      if (/^stepwell-server($|\/)/.test(path)) return undefined;
      if (!/^stepwell($|\/)/.test(path)) return { path, external: true };
      return alias === null ? undefined : { path: path.replace("stepwell", alias), external: true };
    });
  },
};

/**
 * Bundles an app's program and gives its path, for `node` without any option.
 * @param source its path from the repository's folder, such as `examples/pubhub/src/server.ts`.
 */
export async function bundledExample(source: string): Promise<string> {
  const path = join(folder, `${source.replaceAll(/[^a-z-]+/g, "-")}-${alias ?? "stepwell"}.mjs`);
  const made = join(folder, `${randomUUID()}.mjs`);
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [join(root, source)],
    outfile: made,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["stepwell-source"],
    plugins: [packagesOfOthers],
    logLevel: "silent",
  });
  await rename(made, path);
  return path;
}

export interface ExampleApp {
  url: string;
  child(): ChildProcess;
  /** All that its processes have printed, both streams. */
  output(): string;
  /** Ends it, and what it has started, by a signal (default: SIGKILL), and waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again, with the same settings. */
  restart(): Promise<void>;
}

/**
 * Starts a program on a port and waits until something answers there.
 * @param env beside the test's own variables, of which those of an engine are left out.
 */
export async function startExample(
  command: readonly string[],
  port: number,
  env: Record<string, string>,
  cwd: string = root,
): Promise<ExampleApp> {
  const url = `http://127.0.0.1:${port}`;
  const own = Object.entries(process.env).filter(([name]) => !/^(INNGEST|STEPWELL|VITEST|NODE_)/.test(name));
  const [program = "", ...args] = command;
  let child: ChildProcess | null = null;
  let printed = "";
  const start = async (): Promise<void> => {
    const started = spawn(program, args, {
      cwd,
      env: { ...Object.fromEntries(own), PORT: String(port), ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, since some start others, which must end too.
      detached: true,
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        printed += text;
      });
    }
    const ended = (): boolean => started.exitCode !== null || started.signalCode !== null;
    const answers = await eventually(`an app on port ${port}`, async () => {
      if (ended()) return "ended";
      const response = await fetch(url).catch(() => null);
      await response?.body?.cancel();
      return response === null ? null : "answers";
    });
    if (answers === "ended") throw new Error(`${command.join(" ")} ended before it listened: ${printed}`);
  };
  const running = (): ChildProcess => {
    if (child === null) throw new Error("The app was not started.");
    return child;
  };
  await start();
  const kill = async (signal: NodeJS.Signals = "SIGKILL"): Promise<void> => {
    const { pid, exitCode, signalCode } = running();
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const closed = once(running(), "close");
    process.kill(-pid, signal);
    await closed;
  };
  return { url, child: running, output: () => printed, kill, restart: start };
}
