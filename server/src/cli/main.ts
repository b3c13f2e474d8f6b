/** The process `stepwell`: the real terminal, the exit code. Run by both files in bin/. */
import { homedir } from "node:os";
import { basename } from "node:path";
import { text } from "node:stream/consumers";
import { CommanderError } from "commander";
import { isEngineError } from "../domain/error.ts";
import { CliError } from "./cli-error.ts";
import { createColors } from "./format/colors.ts";
import { createProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

const { stdout, stderr, stdin, env } = process;

let interruption: AbortSignal | null = null;

function hearInterruption(): AbortSignal {
  const controller = new AbortController();
  // After the first, the system's own way is back: the process ends.
  const hear = (): void => {
    process.off("SIGINT", hear).off("SIGTERM", hear);
    controller.abort();
  };
  process.on("SIGINT", hear).on("SIGTERM", hear);
  return controller.signal;
}

const terminal: Terminal = {
  print: (line) => void stdout.write(`${line}\n`),
  write: (text) => void stdout.write(text),
  warn: (line) => void stderr.write(`${line}\n`),
  progress: (line) => {
    if (stderr.isTTY) stderr.write(`\r\x1b[2K${line ?? ""}`);
  },
  showsProgress: stderr.isTTY === true,
  interrupted: () => {
    interruption ??= hearInterruption();
    return interruption;
  },
  colors: createColors(stdout.isTTY === true, env),
  isTerminal: stdout.isTTY === true,
  width: () => (stdout.isTTY === true ? (stdout.columns ?? null) : null),
  env,
  cwd: process.cwd(),
  home: homedir(),
  now: () => Date.now(),
  setExitCode: (code) => {
    process.exitCode = code;
  },
  readInput: () => text(stdin),
  inputBytes: () => stdin,
  outputStream: () => stdout,
};

/** The package has the command under its own name, too: that of the SDK's package is the other one's. */
const commandName = /^stepwell-server(?:\.js)?$/.test(basename(process.argv[1] ?? "")) ? "stepwell-server" : "stepwell";

function explain(error: unknown): string {
  if (isEngineError(error)) return `${commandName}: ${error.message} (stepwell/docs/errors.md#${error.code})`;
  if (error instanceof CliError) return `${commandName}: ${error.message}`;
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${commandName}: something went wrong that should not: ${details}`;
}

// A closed pipe (`stepwell runs | head`) is no fault.
stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  await createProgram(terminal, commandName).parseAsync();
  // Idle connections of the kept-alive kind must not hold the process.
  process.exit();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode);
  terminal.warn(createColors(stderr.isTTY === true, env).red(explain(error)));
  process.exit(1);
}
