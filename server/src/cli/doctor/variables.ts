/** Variables as an app would see them: the environment, then the `.env` files of its folder. Called by the command doctor. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Variable } from "./doctor-context.ts";

/** The first one that has a variable counts, as in the frameworks that read them. */
const files = [".env.local", ".env.development.local", ".env.development", ".env"];

export function readVariables(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): (name: string) => Variable | null {
  const read = files
    .map((file) => ({ file, path: join(cwd, file) }))
    .filter(({ path }) => existsSync(path))
    .map(({ file, path }) => ({ file, values: parseEnv(readFileSync(path, "utf8")) as Record<string, string> }));
  return (name) => {
    const value = env[name];
    if (value !== undefined && value !== "") return { name, value, from: "the environment" };
    const found = read.find(({ values }) => (values[name] ?? "") !== "");
    return found === undefined ? null : { name, value: found.values[name] ?? "", from: found.file };
  };
}
