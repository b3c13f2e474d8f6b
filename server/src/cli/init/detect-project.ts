/** Finds out what kind of project a folder holds. Called by the command init. Must only read. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../cli-error.ts";
import type { Framework, PackageManager, Project } from "./project.ts";

interface PackageJson {
  name?: string;
  type?: string;
  packageManager?: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const lockfiles: readonly [string, PackageManager][] = [
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  ["package-lock.json", "npm"],
];

function readPackage(folder: string): PackageJson {
  const path = join(folder, "package.json");
  if (!existsSync(path))
    throw new CliError(
      `There is no package.json in ${folder}. Run this in the folder of your app, or begin one: npm init -y.`,
    );
  try {
    return JSON.parse(readFileSync(path, "utf8")) as PackageJson;
  } catch (cause) {
    throw new CliError(`${path} is not JSON.`, { cause });
  }
}

function frameworkOf(has: (name: string) => boolean, folder: string): Framework {
  if (has("next")) return "next";
  if (has("@netlify/functions") || existsSync(join(folder, "netlify.toml"))) return "netlify";
  if (has("hono")) return "hono";
  if (has("express")) return "express";
  throw new CliError(
    "No framework was found in package.json: expected next, hono, express or @netlify/functions. Install one first, or name it: --framework express. docs/frameworks.md has others.",
  );
}

function managerOf({ packageManager = "" }: PackageJson, folder: string): PackageManager {
  const named = lockfiles.find(([, manager]) => packageManager.startsWith(`${manager}@`));
  const locked = lockfiles.find(([file]) => existsSync(join(folder, file)));
  return (named ?? locked)?.[1] ?? "npm";
}

/** Of an npm package's name, what may be an app's id. */
function appIdOf(name: string | undefined): string {
  const id = (name ?? "")
    .replace(/^@[^/]*\//, "")
    .replace(/[^A-Za-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return id === "" ? "my-app" : id;
}

/** `given`: the framework that the user names. @throws CliError */
export function detectProject(folder: string, given: Framework | null): Project {
  const json = readPackage(folder);
  const has = (name: string): boolean =>
    json.dependencies?.[name] !== undefined || json.devDependencies?.[name] !== undefined;
  const framework = given ?? frameworkOf(has, folder);
  const tsconfig = join(folder, "tsconfig.json");
  const isTypeScript = existsSync(tsconfig) || has("typescript");
  const isNodeNext =
    existsSync(tsconfig) &&
    /"module(?:Resolution)?"\s*:\s*"node(?:next|16|18|20)"/i.test(readFileSync(tsconfig, "utf8"));
  const isModule = json.type === "module";
  return {
    folder,
    appId: appIdOf(json.name),
    framework,
    packageManager: managerOf(json, folder),
    isTypeScript,
    isEsm: isTypeScript || isModule || framework === "next" || framework === "netlify",
    needsExtension: framework !== "next" && (isModule || isNodeNext || (framework === "netlify" && !isTypeScript)),
    base: framework !== "netlify" && existsSync(join(folder, "src")) ? "src/" : "",
    scripts: json.scripts ?? {},
  };
}
