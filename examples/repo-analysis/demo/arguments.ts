/** The demo's command line. Called by `demo.ts`. Pure. */
import { parseArgs } from "node:util";

export interface DemoArguments {
  /** As typed; null for the repository that holds the demo. */
  repo: string | null;
  /** Kill the engine in mid-run. */
  kill: boolean;
  /** Leave engine and app running at the end. */
  keep: boolean;
  help: boolean;
  /** For everything from the start of the processes to the end of the run. */
  timeoutMs: number;
}

export const USAGE = `npm run demo -- [REPOSITORY] [options]

REPOSITORY         a folder of a git repository, or a GitHub URL (set GITHUB_TOKEN for more than
                   60 requests an hour); this repository by default

  --kill           kill the engine in the middle of a step, start it again, and count the steps' executions
  --keep           leave engine and app running until Ctrl-C
  --timeout SECS   give up after so many seconds (60)
  --help           show this`;

const TIMEOUT_SECONDS_MAX = 3600;

const OPTIONS = {
  kill: { type: "boolean", default: false },
  keep: { type: "boolean", default: false },
  help: { type: "boolean", default: false, short: "h" },
  timeout: { type: "string", default: "60" },
} as const;

/** @throws Error that says which argument is wrong. */
export function readArguments(args: readonly string[]): DemoArguments {
  const { values, positionals } = parse(args);
  if (positionals.length > 1)
    throw new Error(`Expected one repository, got ${positionals.length}: ${positionals.join(" ")}.`);
  const seconds = Number(values.timeout);
  if (!(seconds > 0 && seconds <= TIMEOUT_SECONDS_MAX)) {
    throw new Error(
      `--timeout is ${values.timeout}; expected seconds, more than 0 and at most ${TIMEOUT_SECONDS_MAX}.`,
    );
  }
  return {
    repo: positionals[0] ?? null,
    kill: values.kill,
    keep: values.keep,
    help: values.help,
    timeoutMs: seconds * 1000,
  };
}

/** Node's messages go on about how to pass such an argument as a file name; the first sentence is enough. */
function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split(". ")[0] ?? "") : String(cause);
    throw new Error(`${reason}. What there is: npm run demo -- --help`, { cause });
  }
}
