/**
 * Environment variables, read late: at the moment of use, from what was passed in and then from the runtime.
 * Used by the client and the handler. Must never read anything when a module loads.
 */

/** Environment variables as a framework or a user hands them over. Values that are not texts are ignored. */
export type EnvBag = Readonly<Record<string, unknown>>;

/** Gives a variable's value; undefined when it is not set or empty. */
export type ReadEnv = (name: string) => string | undefined;

interface Runtime {
  process?: { env?: EnvBag };
  Deno?: { env?: { get(name: string): string | undefined } };
  Netlify?: { env?: { get(name: string): string | undefined } };
}

/** Variables that bundlers let through to browsers under a prefix. */
const PREFIXED = /^INNGEST_(BASE_URL|DEV)$/;

/** @param bag asked first, at each read; then `process.env`, Deno's and Netlify's environment. */
export function createReadEnv(bag: () => EnvBag): ReadEnv {
  const read: ReadEnv = (name) => textOf(bag()[name]) ?? readRuntime(name);
  return (name) =>
    read(name) ?? (PREFIXED.test(name) ? (read(`NEXT_PUBLIC_${name}`) ?? read(`REACT_APP_${name}`)) : undefined);
}

function readRuntime(name: string): string | undefined {
  const { process, Deno, Netlify } = globalThis as unknown as Runtime;
  try {
    return textOf(process?.env?.[name]) ?? textOf(Deno?.env?.get(name)) ?? textOf(Netlify?.env?.get(name));
  } catch {
    // Deno throws, by its `process` too, when the program may not read its environment: nothing is set then.
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Reads `true`, `1`, `false` and `0`, in any case; null for anything else. */
export function parseBoolean(value: string | undefined): boolean | null {
  const text = value?.trim() ?? "";
  return /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : null;
}

const BRANCH_VARIABLES = [
  "INNGEST_ENV",
  "BRANCH_NAME",
  "VERCEL_GIT_COMMIT_REF",
  "BRANCH",
  "CF_PAGES_BRANCH",
  "RENDER_GIT_BRANCH",
  "RAILWAY_GIT_BRANCH",
] as const;

/** The environment's name by variables: `INNGEST_ENV`, else the branch that a hosting platform names. Null when none does. */
export function environmentName(read: ReadEnv): string | null {
  return BRANCH_VARIABLES.map(read).find((value) => value !== undefined) ?? null;
}

/** By the variable that they set, to what; empty: to anything. */
const PLATFORMS = [
  ["VERCEL", "1", "vercel"],
  ["NETLIFY", "true", "netlify"],
  ["CF_PAGES", "1", "cloudflare-pages"],
  ["RENDER", "true", "render"],
  ["RAILWAY_ENVIRONMENT", "", "railway"],
] as const;

/** The hosting platform, by the variables it sets; null when unknown. */
export function platformName(read: ReadEnv): string | null {
  const found = PLATFORMS.find(([variable, value]) => (value === "" ? read(variable) : read(variable) === value));
  return found?.[2] ?? null;
}
