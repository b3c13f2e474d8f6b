/**
 * The settings of `dev` and `start`, from flags, environment and config file, in that order of weight.
 * Called by serve. Reads nothing but the config file: arguments and environment are passed in.
 */
import { resolve } from "node:path";
import type { LimitName } from "../../core/limits/limits.ts";
import type { LogLevel } from "../../ports/logger.ts";
import { CliError } from "../cli-error.ts";
import { findConfigFile, readConfigFile } from "./config-file.ts";
import { type Flag, type FlagValue, flags, parseFlagValue } from "./flags.ts";
import { parseLimits } from "./parse-limits.ts";

export type ServeCommand = "dev" | "start";

export interface Settings {
  port: number;
  host: string;
  /** See ServerOptions. */
  metricsPort: number | null;
  /** See ServerOptions. Null: none. */
  otlpEndpoint: string | null;
  /** See ServerOptions. */
  allowedHosts: string[];
  appUrls: string[];
  discovery: boolean;
  poll: boolean;
  pollIntervalMs: number;
  /** Null: the growing table. */
  retryIntervalMs: number | null;
  workers: number;
  /** See ServerOptions. */
  rateLimitMode: "sliding" | "gcra";
  /** As it was written. Null: in memory, or in Postgres. */
  data: string | null;
  /** Whether a flag, a variable or the config file says so. */
  isDataGiven: boolean;
  /** Null: not in Postgres. */
  postgres: { uri: string; namespace: string; connections: number } | null;
  /** See ServerOptions. */
  skipCheck: boolean;
  limits: Partial<Record<LimitName, number>>;
  /** Null: off. */
  retentionMs: number | null;
  /** Null: no bound. */
  maxDiskBytes: number | null;
  signingKey: string | null;
  /** See ServerOptions. */
  signingKeyFallback: string | null;
  trustedProxies: string[];
  /** See ServerOptions. Null: none. */
  oidc: OidcSettings | null;
  eventKeys: string[];
  json: boolean;
  level: LogLevel;
  /** The file that was read; null for none. */
  configFile: string | null;
}

export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  roles: string[];
  redirectUrl: string | null;
  name: string | null;
  trustEmail: boolean;
}

export interface SettingsSource {
  command: ServeCommand;
  /** Flags that were given, by name without `--`, unparsed. */
  given: ReadonlyMap<string, string | boolean | string[]>;
  /** Value of `--config`; null when it was not given. */
  configPath: string | null;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  home: string;
  /** Whether standard output is a terminal. */
  isTerminal: boolean;
}

/** A variable's value; null when it is unset or empty. */
function readVariable(flag: Flag, env: SettingsSource["env"]): { value: string; where: string } | null {
  const suffix = flag.name.toUpperCase().replaceAll("-", "_");
  const names = [`STEPWELL_${suffix}`, `INNGEST_${suffix}`, ...(flag.variable === undefined ? [] : [flag.variable])];
  for (const where of names) {
    const value = env[where];
    if (value !== undefined && value !== "") return { value, where };
  }
  return null;
}

function locateConfigFile({ configPath, env, cwd, home }: SettingsSource): string | null {
  const chosen = configPath ?? (env["STEPWELL_CONFIG"] || env["INNGEST_CONFIG"] || null);
  return chosen === null ? findConfigFile(cwd, home) : resolve(cwd, chosen);
}

function readValue(flag: Flag, source: SettingsSource, file: Map<string, FlagValue>): FlagValue | undefined {
  const given = source.given.get(flag.name);
  if (given !== undefined) return parseFlagValue(flag, given, `--${flag.name}`);
  const variable = readVariable(flag, source.env);
  if (variable !== null) return parseFlagValue(flag, variable.value, variable.where);
  return file.get(flag.name);
}

function readValues(source: SettingsSource, file: Map<string, FlagValue>): Map<string, FlagValue> {
  const values = new Map<string, FlagValue>();
  for (const flag of flags) {
    if (flag.only !== undefined && flag.only !== source.command) continue;
    const value = readValue(flag, source, file);
    if (value !== undefined) values.set(flag.name, value);
  }
  return values;
}

type Get = <T extends FlagValue>(name: string, fallback: T) => T;

/** A folder or memory that is asked for on the command line beats an address from elsewhere. */
function readPostgres({ given }: SettingsSource, get: Get, memory: boolean): Settings["postgres"] {
  const uri = get("postgres-uri", "");
  if (uri === "") return null;
  const other = given.has("data") ? "--data" : memory && given.has("memory") ? "--memory" : null;
  if (other !== null && given.has("postgres-uri"))
    throw new CliError(`--postgres-uri and ${other} exclude each other: state is kept in one place.`);
  if (other !== null) return null;
  return { uri, namespace: get("postgres-namespace", "default"), connections: get("postgres-connections", 10) };
}

/** Null without an issuer. @throws CliError when the rest was given without one */
function readOidc(get: Get): OidcSettings | null {
  const settings: OidcSettings = {
    issuer: get("oidc-issuer", ""),
    clientId: get("oidc-client-id", ""),
    clientSecret: get("oidc-client-secret", ""),
    roles: get<string[]>("oidc-role", []),
    redirectUrl: get("oidc-redirect-url", "") || null,
    name: get("oidc-name", "") || null,
    trustEmail: get("oidc-trust-email", false),
  };
  if (settings.issuer !== "") return settings;
  if (settings.clientId === "" && settings.clientSecret === "" && settings.roles.length === 0) return null;
  throw new CliError("Settings for OpenID Connect were given without --oidc-issuer, the provider's address.");
}

/**
 * A flag beats its variable, STEPWELL_… beats INNGEST_…, a variable beats the file, the file beats the default.
 * Keys in the file that only the other command has are left to it.
 * @throws CliError naming the flag, variable or key at fault
 */
export function resolveSettings(source: SettingsSource): Settings {
  const configFile = locateConfigFile(source);
  const values = readValues(source, configFile === null ? new Map() : readConfigFile(configFile));
  const get: Get = <T extends FlagValue>(name: string, fallback: T): T =>
    (values.get(name) as T | undefined) ?? fallback;
  const isDev = source.command === "dev";
  const signingKey = get("signing-key", "");
  const memory = get("memory", false);
  if (memory && source.given.has("memory") && source.given.has("data"))
    throw new CliError("--memory and --data exclude each other: state is kept in memory, or in a folder.");
  const retrySeconds = get("retry-interval", 0);
  const postgres = readPostgres(source, get, memory);
  return {
    port: get("port", 8288),
    host: get("host", isDev ? "127.0.0.1" : "0.0.0.0"),
    metricsPort: get("metrics-port", 0) || null,
    otlpEndpoint: get("otlp-endpoint", "") || null,
    allowedHosts: get<string[]>("allow-host", []),
    appUrls: get<string[]>("sdk-url", []),
    discovery: isDev && !get("no-discovery", false),
    poll: isDev && !get("no-poll", false),
    pollIntervalMs: Math.round((get("poll-interval", 5) || 5) * 1000) || 1,
    retryIntervalMs: retrySeconds === 0 ? null : Math.round(retrySeconds * 1000),
    workers: get("queue-workers", 100),
    rateLimitMode: get("spread-rate-limits", false) ? "gcra" : "sliding",
    // What stands nearer to the user wins: --data on the command line beats `memory` in a file.
    data: postgres !== null || (memory && !source.given.has("data")) ? null : get("data", ".stepwell"),
    isDataGiven: values.has("data"),
    postgres,
    skipCheck: get("skip-check", false),
    limits: parseLimits(get<string[]>("limit", [])),
    retentionMs: get("retention", 90 * 86_400_000) || null,
    maxDiskBytes: get("max-disk", 0) || null,
    signingKey: signingKey === "" ? null : signingKey,
    signingKeyFallback: get("signing-key-fallback", "") || null,
    oidc: readOidc(get),
    trustedProxies: get<string[]>("trusted-proxy", []),
    eventKeys: get<string[]>("event-key", []),
    json: get("json", !isDev && !source.isTerminal),
    level: get("verbose", false) ? "debug" : (get("log-level", "info") as LogLevel),
    configFile,
  };
}
