/** Flags of the table of settings as options of a command. Called by the commands that have such flags. */
import { type Command, Option } from "commander";
import { type Flag, flags } from "../config/flags.ts";

const append = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

function toOption(flag: Flag): Option {
  const names = `${flag.short === undefined ? "" : `${flag.short}, `}--${flag.name}`;
  const option = new Option(flag.value === undefined ? names : `${names} <${flag.value}>`, flag.help);
  return flag.type === "list" ? option.argParser(append) : option;
}

/** `--config` stands after the flag `after`. */
export function addFlagOptions(command: Command, isWanted: (flag: Flag) => boolean, after: string): void {
  for (const flag of flags) {
    if (isWanted(flag)) command.addOption(toOption(flag));
    if (flag.name === after) command.addOption(new Option("--config <file>", "config file to read"));
  }
}

/** What was given on the command line, by flag name. Commander keeps `--no-x` as `x: false`. */
export function givenFlags(command: Command): Map<string, string | boolean | string[]> {
  const given = new Map<string, string | boolean | string[]>();
  for (const option of command.options) {
    const key = option.attributeName();
    const isFlag = flags.some(({ name }) => name === (option.long?.slice(2) ?? ""));
    if (!isFlag || command.getOptionValueSource(key) !== "cli") continue;
    const value = command.getOptionValue(key) as string | boolean | string[];
    given.set(option.negate ? (option.long?.slice(2) ?? "") : option.name(), option.negate ? value === false : value);
  }
  return given;
}
