/**
 * The config file of `dev` and `start`: where it is, and what it says. Called by resolve-settings.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { CliError } from "../cli-error.ts";
import { explainForeignFlag, type FlagValue, flags, parseFlagValue } from "./flags.ts";

const names = ["stepwell", "inngest"].flatMap((name) => [".json", ".yaml", ".yml"].map((ending) => name + ending));

/** Folders from one up to the root. */
function foldersUp(from: string): string[] {
  const parent = dirname(from);
  return parent === from ? [from] : [from, ...foldersUp(parent)];
}

/**
 * The first of `stepwell.{json,yaml,yml}` and `inngest.{…}` in a folder, walking up from `cwd`, then in
 * `~/.config/stepwell` and `~/.config/inngest`. Null when there is none.
 */
export function findConfigFile(cwd: string, home: string): string | null {
  const folders = [...foldersUp(resolve(cwd)), ...["stepwell", "inngest"].map((name) => join(home, ".config", name))];
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return paths.find((path) => existsSync(path)) ?? null;
}

function parseFile(path: string): unknown {
  try {
    const text = readFileSync(path, "utf8");
    return path.endsWith(".json") ? JSON.parse(text) : parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new CliError(`The config file ${path} cannot be read: ${reason}`, { cause });
  }
}

/**
 * What a config file sets, by flag name. An empty file sets nothing.
 * @throws CliError naming the file and the key that is unknown or of a wrong type
 */
export function readConfigFile(path: string): Map<string, FlagValue> {
  const content = parseFile(path) ?? {};
  if (typeof content !== "object" || Array.isArray(content))
    throw new CliError(`The config file ${path} must hold keys and values, such as "port: 8288".`);
  const values = new Map<string, FlagValue>();
  for (const [key, raw] of Object.entries(content)) {
    const flag = flags.find(({ name }) => name === key);
    if (flag === undefined) {
      const known = flags.map(({ name }) => name).join(", ");
      throw new CliError(
        `The config file ${path} has an unknown key "${key}". ${explainForeignFlag(key) ?? `Known are: ${known}.`}`,
      );
    }
    values.set(key, parseFlagValue(flag, raw, `"${key}" in the config file ${path}`));
  }
  return values;
}
