/** Who does it: the option `--author` of commands that change how the engine works, and whom it names when it is left out. */
import { userInfo } from "node:os";
import { type Command, Option } from "commander";
import type { Terminal } from "../terminal.ts";

export interface AuthorOptions {
  reason?: string;
  author?: string;
}

/** Adds `--reason`, which must be given, and `--author`. */
export function addReasonOptions(command: Command): Command {
  return command
    .addOption(new Option("--reason <text>", "why").makeOptionMandatory())
    .addOption(new Option("--author <name>", "who (the user of this machine)"));
}

/** Containers may run as a user that has no name. */
function userOfMachine(): string {
  try {
    return userInfo().username || "unknown";
  } catch {
    return "unknown";
  }
}

export function authorOf({ author }: AuthorOptions, { env }: Pick<Terminal, "env">): string {
  return author ?? (env["USER"] || env["LOGNAME"] || env["USERNAME"] || userOfMachine());
}
