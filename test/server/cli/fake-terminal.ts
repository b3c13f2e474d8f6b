/** A terminal for tests of commands: keeps what is printed. */
import { PassThrough, Readable } from "node:stream";
import { createColors } from "../../../server/src/cli/format/colors.ts";
import { createProgram } from "../../../server/src/cli/program.ts";
import type { Terminal } from "../../../server/src/cli/terminal.ts";

export interface Outcome {
  out: string;
  err: string;
  exitCode: number;
  /** What the command threw; null when it came through. */
  error: Error | null;
}

/** A terminal that shows nothing. */
export function createTestTerminal(overrides: Partial<Terminal> = {}): Terminal {
  return {
    print: () => undefined,
    write: () => undefined,
    warn: () => undefined,
    colors: createColors(false, {}),
    isTerminal: false,
    width: () => null,
    env: {},
    cwd: process.cwd(),
    home: "/nowhere",
    now: () => Date.now(),
    setExitCode: () => undefined,
    progress: () => undefined,
    showsProgress: false,
    interrupted: () => new AbortController().signal,
    readInput: async () => "",
    inputBytes: () => Readable.from([]),
    outputStream: () => new PassThrough(),
    ...overrides,
  };
}

/** Runs a command line in this process. `input` is its standard input. */
export async function runCommand(
  args: string[],
  overrides: Partial<Terminal> & { input?: string } = {},
): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  let exitCode = 0;
  const { input = "", ...rest } = overrides;
  const terminal = createTestTerminal({
    print: (line) => void out.push(line),
    write: (text) => void out.push(text),
    warn: (line) => void err.push(line),
    setExitCode: (code) => {
      exitCode = code;
    },
    readInput: async () => input,
    ...rest,
  });
  const error = await createProgram(terminal)
    .parseAsync(["node", "stepwell", ...args])
    .then(
      () => null,
      (thrown: unknown) => thrown as Error,
    );
  return { out: out.join("\n"), err: err.join("\n"), exitCode, error };
}
