/** Reads `--data` and other texts: as given, from `@file`, or `-` for standard input. Called by commands that take such. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import type { Terminal } from "../terminal.ts";

function readFile(path: string, flag: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : "";
    throw new CliError(`${flag}: the file ${path} cannot be read${code === "ENOENT" ? ": there is none" : ""}.`, {
      cause,
    });
  }
}

/** Whether a text is JSON, or could become JSON by going on. */
function isBeginning(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const position = /at position (\d+)/.exec(message)?.[1];
    return /unexpected end/i.test(message) || (position !== undefined && Number(position) >= text.length);
  }
}

/** Where a text stops being JSON. Found by trying its beginnings: the engine's own message often names no place. */
function placeOf(text: string): string {
  if (isBeginning(text)) return "it ends too early";
  let good = 0;
  let bad = text.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isBeginning(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  const before = text.slice(0, good).split("\n");
  const near = text.slice(good, good + 12).split("\n")[0] ?? "";
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}, at ${JSON.stringify(near)}`;
}

/** The object that a text spells. `where` names its place. @throws CliError */
function parseJsonObject(text: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CliError(`${where} is not JSON: ${placeOf(text)}. Expected an object such as '{"id": 1}'.`, { cause });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new CliError(`${where} is JSON but not an object. Expected one such as '{"id": 1}'.`);
}

/** `raw` as it was given; undefined means an empty object. @throws CliError */
export async function readData(raw: string | undefined, terminal: Terminal): Promise<Record<string, unknown>> {
  if (raw === undefined) return {};
  if (raw === "-") return parseJsonObject(await terminal.readInput(), "Standard input");
  if (!raw.startsWith("@")) return parseJsonObject(raw, "--data");
  const path = resolve(terminal.cwd, raw.slice(1));
  return parseJsonObject(readFile(path, "--data"), `The file ${path}`);
}

/** Any text. `flag`: what it was given to. @throws CliError */
export async function readText(raw: string, flag: string, terminal: Terminal): Promise<string> {
  if (raw === "-") return terminal.readInput();
  return raw.startsWith("@") ? readFile(resolve(terminal.cwd, raw.slice(1)), flag) : raw;
}
