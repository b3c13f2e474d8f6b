/**
 * A page that is followed word for word: its commands and files in their order. A file is a block of code after a line with its
 * name, such as `jobs.ts`:. A block of commands is one step. Used by the tests of docs/quick-start.md.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { endProcess } from "../helpers/end-process.ts";
import { root } from "../repo/root.ts";

const run = promisify(execFile);

export type PageStep = { kind: "file"; path: string; text: string } | { kind: "commands"; text: string };

/** The steps below a heading of the second level. @throws for a page without it. */
export function stepsOf(page: string, heading: string): PageStep[] {
  const [, after] = readFileSync(join(root, page), "utf8").split(`\n## ${heading}\n`);
  if (after === undefined) throw new Error(`${page} has no section "${heading}".`);
  const section = after.split("\n## ")[0] ?? "";
  const blocks = section.matchAll(/(?:^`([\w./-]+)`:\n\n)?^```(\w+)\n([\s\S]*?)^```/gm);
  return [...blocks].map(([, path, language, text = ""]): PageStep => {
    if (path !== undefined) return { kind: "file", path, text };
    if (language === "sh") return { kind: "commands", text };
    throw new Error(`${page}: a block of ${language} in "${heading}" is neither a file nor commands.`);
  });
}

/** Commands that go on until they are stopped, each in a terminal of its own. */
const isServer = (commands: string): boolean =>
  /^(?:INNGEST_DEV=1 )?(?:npx tsx server\.ts|npx stepwell dev|npm run dev)\n$/.test(commands);

export interface Follower {
  /** Where the commands are at. */
  folder: string;
  /** What servers have printed, for messages of failed tests. */
  printed(): string;
  follow(step: PageStep): Promise<void>;
  /** Whether a server has ended that nobody stopped. */
  hasLost(): boolean;
  stop(): Promise<void>;
}

/**
 * Follows steps in a folder. `change` puts tarballs and free ports in place of what the page names.
 * A server that is started again is stopped first, as by Ctrl+C, after `beforeStop`.
 */
export function createFollower(options: {
  folder: string;
  env: NodeJS.ProcessEnv;
  change: (text: string) => string;
  beforeStop: () => Promise<void>;
}): Follower {
  const { env, change, beforeStop } = options;
  const servers = new Map<string, ChildProcess>();
  let folder = options.folder;
  let printed = "";
  const start = async (commands: string): Promise<void> => {
    const before = servers.get(commands);
    if (before !== undefined) {
      await beforeStop();
      await stopGroup(before, "SIGINT");
    }
    // A group of its own, since npx and npm start others, which must end too.
    const child = spawn("sh", ["-c", commands], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (printed += text));
    servers.set(commands, child);
  };
  return {
    get folder() {
      return folder;
    },
    printed: () => printed,
    follow: async (step) => {
      const text = change(step.text);
      if (step.kind === "file") {
        mkdirSync(dirname(join(folder, step.path)), { recursive: true });
        writeFileSync(join(folder, step.path), text);
      } else if (isServer(step.text)) await start(text);
      else {
        const { stdout } = await run("sh", ["-ec", `${text}\npwd`], { cwd: folder, env, maxBuffer: 16 * 1024 * 1024 });
        printed += stdout;
        folder = stdout.trimEnd().split("\n").at(-1) ?? folder;
      }
    },
    hasLost: () => [...servers.values()].some(({ exitCode }) => exitCode !== null),
    stop: async () => {
      for (const child of servers.values()) await stopGroup(child, "SIGKILL");
    },
  };
}

async function stopGroup(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  try {
    process.kill(-child.pid, signal);
  } catch {
    return endProcess(child, signal);
  }
  await closed;
}
