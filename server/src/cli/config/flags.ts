/**
 * The settings of `dev` and `start`: one table that the flags, the environment and the config file are all read by.
 */
import { showUrls } from "../../domain/shown-url.ts";
import { logLevels } from "../../ports/logger.ts";
import { CliError } from "../cli-error.ts";
import { toBytes, toRetentionMs } from "./units.ts";

export type FlagType = "integer" | "seconds" | "text" | "list" | "switch" | "level" | "retention" | "bytes";

export interface Flag {
  /** As on the command line without `--`; also the config file's key and, upper-cased, the variable's name. */
  name: string;
  type: FlagType;
  /** Short form, with the dash. */
  short?: string;
  /** What stands for the value in --help. */
  value?: string;
  help: string;
  /** The only command that has it; both when left out. */
  only?: "dev" | "start";
  min?: number;
  max?: number;
  /** A variable that is read besides STEPWELL_… and INNGEST_…. */
  variable?: string;
}

const day = 86_400;

export const flags: readonly Flag[] = [
  {
    name: "port",
    type: "integer",
    short: "-p",
    value: "number",
    min: 0,
    max: 65_535,
    help: "port to listen on (8288)",
  },
  { name: "host", type: "text", value: "address", help: "address to listen on" },
  {
    name: "allow-host",
    type: "list",
    only: "dev",
    value: "name",
    help: "a name besides localhost by which this engine may be asked, such as a proxy's; can be given again",
  },
  { name: "sdk-url", type: "list", short: "-u", value: "url", help: "url of an app's functions; can be given again" },
  { name: "no-discovery", type: "switch", only: "dev", help: "do not look for apps on this machine" },
  {
    name: "no-poll",
    type: "switch",
    only: "dev",
    help: "ask an app to register again only when its last registration failed",
  },
  { name: "poll-interval", type: "seconds", value: "seconds", max: day, help: "time between those rounds (5)" },
  {
    name: "retry-interval",
    type: "seconds",
    value: "seconds",
    max: day,
    help: "the same delay before every retry (15 s growing to 2 h)",
  },
  {
    name: "queue-workers",
    type: "integer",
    value: "number",
    min: 1,
    max: 10_000,
    help: "calls to apps at the same time (100)",
  },
  {
    name: "spread-rate-limits",
    type: "switch",
    help: "spread the starts that rateLimit allows evenly, as Inngest's server does",
  },
  { name: "data", type: "text", value: "folder", help: "where the state is kept (.stepwell)" },
  {
    name: "postgres-uri",
    type: "text",
    value: "uri",
    variable: "STEPWELL_DATABASE_URL",
    help: "keep the state in this Postgres, which several engines may share",
  },
  {
    name: "postgres-namespace",
    type: "text",
    value: "name",
    help: "engines of one name work together (default)",
  },
  {
    name: "postgres-connections",
    type: "integer",
    value: "number",
    min: 2,
    max: 1_000,
    help: "connections to Postgres at most (10)",
  },
  {
    name: "metrics-port",
    type: "integer",
    value: "number",
    min: 1,
    max: 65_535,
    help: "a port on 127.0.0.1 that answers GET /metrics without a key",
  },
  {
    name: "otlp-endpoint",
    type: "text",
    value: "url",
    help: "send the spans of runs that end to this collector, such as http://localhost:4318",
  },
  { name: "skip-check", type: "switch", help: "start without a check for damage in the state" },
  { name: "memory", type: "switch", help: "keep the state in memory: it is lost when the engine stops" },
  {
    name: "retention",
    type: "retention",
    value: "time",
    help: "keep ended runs and events so long: 90d, 12h, off (90d)",
  },
  {
    name: "max-disk",
    type: "bytes",
    value: "size",
    help: "keep at most this much: 500MB, 10GB; the oldest ended runs are deleted first",
  },
  {
    name: "limit",
    type: "list",
    value: "name=value",
    help: "set a limit, such as stepsPerRun=5000; can be given again",
  },
  {
    name: "signing-key",
    type: "text",
    only: "start",
    value: "key",
    help: "signs calls to apps and opens the API; required",
  },
  {
    name: "signing-key-fallback",
    type: "text",
    only: "start",
    value: "key",
    help: "the signing key before this one: its holders still get in",
  },
  {
    name: "trusted-proxy",
    type: "list",
    only: "start",
    value: "address",
    help: "a proxy, or a network of them, that says from where requests come; can be given again",
  },
  {
    name: "event-key",
    type: "list",
    only: "start",
    value: "key",
    help: "lets its holder send events; required, can be given again",
  },
  {
    name: "oidc-issuer",
    type: "text",
    only: "start",
    value: "url",
    help: "people sign in at this OpenID Connect provider",
  },
  { name: "oidc-client-id", type: "text", only: "start", value: "id", help: "the engine's name there" },
  {
    name: "oidc-client-secret",
    type: "text",
    only: "start",
    value: "secret",
    help: "its secret there; better in STEPWELL_OIDC_CLIENT_SECRET",
  },
  {
    name: "oidc-role",
    type: "list",
    only: "start",
    value: "role=who",
    help: "who may do what: admin=ana@example.com, read=@example.com; can be given again",
  },
  {
    name: "oidc-redirect-url",
    type: "text",
    only: "start",
    value: "url",
    help: "where people come back, ending with /v2/session/oidc/callback (as the browser asks)",
  },
  { name: "oidc-name", type: "text", only: "start", value: "name", help: "what the button calls it (its host)" },
  {
    name: "oidc-trust-email",
    type: "switch",
    only: "start",
    help: "take e-mails that the provider does not call verified",
  },
  { name: "json", type: "switch", help: "print one JSON object a line" },
  { name: "verbose", type: "switch", help: "the same as --log-level debug" },
  {
    name: "log-level",
    type: "level",
    short: "-l",
    value: "level",
    variable: "LOG_LEVEL",
    help: `one of ${logLevels.join(", ")} (info)`,
  },
];

/** A setting's value: its type follows the flag's. */
export type FlagValue = string | number | boolean | string[];

const show = (raw: unknown): string => showUrls(typeof raw === "object" ? JSON.stringify(raw) : `"${String(raw)}"`);

function toNumber(flag: Flag, raw: unknown, where: string): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = flag;
  const whole = flag.type === "integer";
  const number =
    typeof raw === "number"
      ? raw
      : typeof raw === "string" && /^\d+(\.\d+)?$/.test(raw.trim())
        ? Number(raw)
        : Number.NaN;
  if (number >= min && number <= max && (!whole || Number.isInteger(number))) return number;
  throw new CliError(
    `${where} is ${show(raw)}: expected a ${whole ? "whole number" : "number of seconds"} from ${min} to ${max}.`,
  );
}

function toSwitch(raw: unknown, where: string): boolean {
  if (typeof raw === "boolean") return raw;
  if (raw === "true" || raw === "1") return true;
  if (raw === "false" || raw === "0") return false;
  throw new CliError(`${where} is ${show(raw)}: expected true or false.`);
}

function toText(flag: Flag, raw: unknown, where: string): string {
  // A key's value must not reach the screen, not even a wrong one.
  const shown = /-(?:key|uri|fallback|secret)$/.test(flag.name) ? "of the wrong type or empty" : show(raw);
  if (typeof raw !== "string" || raw.trim() === "") throw new CliError(`${where} is ${shown}: expected a text.`);
  if (flag.type === "level" && !(logLevels as readonly string[]).includes(raw))
    throw new CliError(`${where} is ${show(raw)}: expected one of ${logLevels.join(", ")}.`);
  return raw;
}

/**
 * Reads a flag's value from text or from what a config file holds. `where` names its place in the error.
 * @throws CliError
 */
export function parseFlagValue(flag: Flag, raw: unknown, where: string): FlagValue {
  switch (flag.type) {
    case "integer":
    case "seconds":
      return toNumber(flag, raw, where);
    case "switch":
      return toSwitch(raw, where);
    case "list": {
      const items =
        typeof raw === "string" ? raw.split(",").map((item) => item.trim()) : Array.isArray(raw) ? raw : [raw];
      return items.filter((item) => item !== "").map((item) => toText(flag, item, where));
    }
    case "retention":
      return toRetentionMs(raw, where);
    case "bytes":
      return toBytes(raw, where);
    case "text":
    case "level":
      return toText(flag, raw, where);
  }
}

const foreign: Record<string, string> = {
  persist: "state is always kept, unless you give --memory",
  "sqlite-dir": "the state's folder is --data",
  "redis-uri": "the queue lives in the same files as the state, in --data",
  tick: "nothing waits for a tick, work starts when it is due",
  "no-ui": "this version has no web page",
  "debug-api-port": "the HTTP API shows what the engine does",
};

/** Why a flag of Inngest's servers is not offered here; null for any other name. `name` without `--`. */
export function explainForeignFlag(name: string): string | null {
  if (name.startsWith("connect-")) return `--${name} is not offered: this version calls apps over HTTP only.`;
  if (name.startsWith("postgres-")) return `--${name} is not offered: see --postgres-uri and --postgres-connections.`;
  if (name.startsWith("system-trace-")) return `--${name} is not offered: see --otlp-endpoint.`;
  const reason = foreign[name];
  return reason === undefined ? null : `--${name} is not needed: ${reason}.`;
}
