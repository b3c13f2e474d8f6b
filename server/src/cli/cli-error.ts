/** What the user is told in one line when a command cannot do its work. Thrown by commands, printed by main; exit code 1. */

export class CliError extends Error {
  override readonly name = "CliError";
}
