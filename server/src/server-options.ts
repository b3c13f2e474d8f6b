/**
 * What `createServer` takes, and the check of it. Called by main. Must never put a key into a message.
 */
import { stripKeyPrefix } from "stepwell/signing";
import type { OidcOptions } from "./api/access/oidc-provider.ts";
import { createRoleOfEmail } from "./core/access/oidc-roles.ts";
import { type LimitName, resolveLimits } from "./core/limits/limits.ts";
import { EngineError } from "./domain/error.ts";
import { shownUrl } from "./domain/shown-url.ts";
import type { Clock } from "./ports/clock.ts";
import type { HttpClient } from "./ports/http-client.ts";
import type { Logger } from "./ports/logger.ts";
import type { Notifier } from "./ports/notifier.ts";
import type { Random } from "./ports/random.ts";

export interface ServerOptions {
  /** `dev`: no keys, nothing is signed. `start`: keys are required, calls are signed and requests checked. Default `dev`. */
  mode?: "dev" | "start";
  /**
   * Folder for the state, made when missing; one engine at a time. Null: in memory, gone with the process. A `postgres://…`
   * address, or an object with one: a Postgres database, which several engines may share.
   */
  store: string | null | PostgresOptions;
  /** Whether the state is opened without a look for damage, which reads all of it. Default false. */
  skipCheck?: boolean;
  /** Apps that live in this process: called without HTTP. Default none. */
  apps?: readonly EmbeddedApp[];
  /** Address to listen on. Default 127.0.0.1 for dev, which has no login, and 0.0.0.0 for start. */
  host?: string;
  /**
   * Names besides those of this machine by which an engine in dev mode may be asked, and whose web pages may ask it, such as
   * the name of a proxy. Default none.
   */
  allowedHosts?: readonly string[];
  /** 0 to 65535, 0 for any free one. Null: the HTTP API is not served. Default 8288, or null with `apps`. */
  port?: number | null;
  /**
   * A port on 127.0.0.1 that answers `GET /metrics` and nothing else without a key, for a Prometheus on this machine; 0 for any
   * free one. Null: there is none; `GET /metrics` of the API asks for a key like the rest. Default null.
   */
  metricsPort?: number | null;
  /**
   * A collector of traces, over OTLP/HTTP: it is sent the spans of each run that ends. `endpoint`: such as `http://localhost:4318`;
   * `/v1/traces` is added. `headers`: sent along, such as a key. Default: none.
   */
  otlp?: { endpoint: string; headers?: Readonly<Record<string, string>> };
  /** Whether a taken port means the next free one above it instead of an error. Default false. */
  findFreePort?: boolean;
  /** Urls of apps to keep in sync; `http://` is added where there is no scheme. Default none. */
  appUrls?: readonly string[];
  /** Whether to look for apps on this machine until one is found; dev only. Default false. */
  discovery?: boolean;
  /** Ports to look at, besides those that Linux says are open. Default the usual ones of development servers. */
  discoveryPorts?: readonly number[];
  /** Whether healthy apps are asked again and again to register; failed ones always are. Default true for dev, else false. */
  poll?: boolean;
  /** Milliseconds between those rounds, at least 1. Default 5,000. */
  pollIntervalMs?: number;
  /** Milliseconds before every retry; null for the growing table, from 15 s to 2 h. Default null. */
  retryIntervalMs?: number | null;
  /** Calls to apps at the same time, at least 1. Default 100. */
  workers?: number;
  /**
   * Milliseconds after which others take over the calls of an engine that went away, 1,000 to 600,000. An engine prolongs its leases
   * three times as often. Default 30,000.
   */
  leaseMs?: number;
  /**
   * What `rateLimit` of functions means. `sliding`: its number in any period. `gcra`: a tenth of it at once and the rest
   * spread out evenly, as Inngest's server does. Default sliding.
   */
  rateLimitMode?: "sliding" | "gcra";
  /** Milliseconds that a call to an app may take. Default 2 hours. */
  callTimeoutMs?: number;
  /** Limits by name, see core/limits/limits; GET /v2/limits shows them. Default: the protocol's. */
  limits?: Partial<Record<LimitName, number>>;
  /** Runs that ended so many milliseconds ago go, and events: at least an hour. Null: none do for their age. Default 90 days. */
  retentionMs?: number | null;
  /** Bytes of records beyond which the oldest runs that ended go, at least 10 MB. Null: no bound. Default null. */
  maxDiskBytes?: number | null;
  /** Keys that may send events. Start only, at least one. */
  eventKeys?: readonly string[];
  /** Hexadecimal, with or without `signkey-<environment>-`. Start only, required there. */
  signingKey?: string | null;
  /**
   * The signing key before this one: whoever shows it still gets in, while apps and programs are given the new one. Calls are
   * signed with the new one. Start only. Default: none.
   */
  signingKeyFallback?: string | null;
  /**
   * Proxies that say from where a request came (`x-forwarded-for`), besides those of this machine: addresses, or networks such as
   * 10.0.0.0/8. Default: none.
   */
  trustedProxies?: readonly string[];
  /** An OpenID Connect provider at which people sign in to the page, besides passwords and keys. Start only. Default: none. */
  oidc?: OidcOptions;
  /** Default: warnings and errors as JSON lines on standard output. */
  logger?: Logger;
  /** Default: nobody is told. */
  notifier?: Notifier;
  /** Makes the requests of `step.fetch` and `step.ai.infer`. Default: over the network. */
  http?: HttpClient;
  /** Default: the machine's. */
  clock?: Clock;
  /** Default: the machine's. */
  random?: Random;
}

/** Where the state is when it is in Postgres. */
export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`. Several hosts, parted by commas: the first that takes writes is used. */
  uri: string;
  /** Engines of one namespace work together; those of others in the same database do not see each other. Default: default. */
  namespace?: string;
  /** Connections at most, at least 2. Default: 10. */
  connections?: number;
}

/** An app in the engine's own process: what would be given to `serve`. */
export interface EmbeddedApp {
  /** Made with `new Inngest({ id })` of the package `stepwell`. */
  client: { readonly id: string };
  /** At least one, made with `client.createFunction`. */
  functions: readonly object[];
}

const invalid = (message: string): EngineError => new EngineError("invalid_config", message);

function assertInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw invalid(`${name} is ${value}: expected a whole number from ${min} to ${max}.`);
}

const isSigningKey = (key: string): boolean => /^(?:[0-9a-f]{2})+$/i.test(stripKeyPrefix(key));

function assertKeys(options: ServerOptions): void {
  const { mode = "dev", signingKey = null, signingKeyFallback = null, eventKeys = [] } = options;
  if (mode === "dev") {
    if (signingKey !== null || signingKeyFallback !== null || eventKeys.length > 0)
      throw invalid("Keys were given in dev mode, which checks none. Leave them out, or use start mode.");
    return;
  }
  if (signingKey === null)
    throw invalid(
      "A signing key is required in start mode: --signing-key or INNGEST_SIGNING_KEY (signingKey in code). Make one with `openssl rand -hex 32` and give it to your apps too.",
    );
  if (!isSigningKey(signingKey) || (signingKeyFallback !== null && !isSigningKey(signingKeyFallback)))
    throw invalid(
      `The signing key${isSigningKey(signingKey) ? " before this one (signingKeyFallback)" : ""} is not valid: expected an even number of the digits 0-9 and a-f, optionally after \`signkey-<environment>-\`. \`openssl rand -hex 32\` makes a good one.`,
    );
  if (eventKeys.length === 0 || eventKeys.some((key) => key.trim() === ""))
    throw invalid(
      "At least one event key is required in start mode, and none may be empty: --event-key or INNGEST_EVENT_KEY (eventKeys in code). Make one with `openssl rand -hex 16`.",
    );
}

const isLocalHost = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(host);

function assertOidc({ oidc, mode = "dev" }: ServerOptions): void {
  if (oidc === undefined) return;
  if (mode === "dev") throw invalid("oidc is for start mode: dev asks nobody to sign in.");
  const url = URL.canParse(oidc.issuer) ? new URL(oidc.issuer) : null;
  if (url === null || (url.protocol !== "https:" && !(url.protocol === "http:" && isLocalHost(url.hostname))))
    throw invalid("oidc.issuer (--oidc-issuer) must be an https url, such as https://accounts.example.com.");
  if (oidc.clientId === "" || oidc.clientSecret === "")
    throw invalid("oidc needs a client id and a client secret: --oidc-client-id and STEPWELL_OIDC_CLIENT_SECRET.");
  if (oidc.roles.length === 0)
    throw invalid("oidc needs to know who has which role: --oidc-role admin=ana@example.com, read=@example.com.");
  createRoleOfEmail(oidc.roles);
  const { redirectUrl = null } = oidc;
  if (redirectUrl !== null && !/^https?:\/\/.*\/v2\/session\/oidc\/callback$/.test(redirectUrl))
    throw invalid("oidc.redirectUrl (--oidc-redirect-url) must end with /v2/session/oidc/callback.");
}

function assertApps(apps: readonly EmbeddedApp[]): void {
  const ids = new Set<string>();
  for (const [index, app] of apps.entries()) {
    const id = app?.client?.id;
    if (typeof id !== "string" || !Array.isArray(app.functions))
      throw invalid(`apps[${index}] must be { client, functions }, as it would be given to serve().`);
    if (app.functions.length === 0) throw invalid(`apps[${index}] ("${id}") has no functions: pass at least one.`);
    if (ids.has(id)) throw invalid(`apps: two clients have the id "${id}"; pass their functions together.`);
    ids.add(id);
  }
}

/** What is wrong may hold a password, so it is not shown. */
function assertStore(store: ServerOptions["store"]): void {
  if (store === null || (typeof store === "string" && store !== "")) return;
  if (typeof store !== "object" || typeof store.uri !== "string" || store.uri === "")
    throw invalid(
      "store is not valid: expected a folder, a postgres:// address, { uri } of a Postgres, or null to keep everything in memory.",
    );
  const { namespace = "default", connections = 10 } = store;
  if (typeof namespace !== "string" || !/^[\w.-]{1,100}$/.test(namespace))
    throw invalid(
      `The namespace is ${JSON.stringify(namespace)}: expected up to 100 letters, digits, dots, dashes and underscores.`,
    );
  assertInteger("connections", connections, 2, 1000);
}

/** The url of an app as the engine calls it. @throws EngineError `invalid_config` */
export function toAppUrl(text: string): string {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw invalid(`The app url "${shownUrl(text)}" is not a url: expected one like http://localhost:3000/api/inngest.`);
}

/**
 * Refuses options that make no sense, with what to do instead.
 * @throws EngineError `invalid_config`
 */
export function assertServerOptions(options: ServerOptions): void {
  const { mode = "dev", store } = options;
  if (mode !== "dev" && mode !== "start") throw invalid(`mode is ${JSON.stringify(mode)}: expected "dev" or "start".`);
  assertStore(store);
  assertApps(options.apps ?? []);
  for (const url of options.appUrls ?? []) toAppUrl(url);
  assertInteger("port", options.port ?? 8288, 0, 65535);
  assertInteger("metricsPort", options.metricsPort ?? 0, 0, 65535);
  assertInteger("workers", options.workers ?? 100, 1, 10_000);
  assertInteger("leaseMs", options.leaseMs ?? 30_000, 1_000, 600_000);
  assertInteger("pollIntervalMs", options.pollIntervalMs ?? 5000, 1, 86_400_000);
  assertInteger("retryIntervalMs", options.retryIntervalMs ?? 0, 0, 86_400_000);
  assertInteger("callTimeoutMs", options.callTimeoutMs ?? 1, 1, 86_400_000);
  assertInteger("retentionMs", options.retentionMs ?? 3_600_000, 3_600_000, Number.MAX_SAFE_INTEGER);
  assertInteger("maxDiskBytes", options.maxDiskBytes ?? 10_000_000, 10_000_000, Number.MAX_SAFE_INTEGER);
  resolveLimits(options.limits);
  const endpoint = options.otlp?.endpoint;
  if (endpoint !== undefined && !/^https?:\/\/[^/]/.test(endpoint))
    throw invalid(
      `otlp.endpoint is "${shownUrl(endpoint)}": expected an http or https url, such as http://localhost:4318.`,
    );
  const { rateLimitMode = "sliding" } = options;
  if (rateLimitMode !== "sliding" && rateLimitMode !== "gcra")
    throw invalid(`rateLimitMode is ${JSON.stringify(rateLimitMode)}: expected "sliding" or "gcra".`);
  if (options.discovery === true && mode === "start")
    throw invalid("discovery is for dev mode: in start mode give the urls of your apps.");
  assertKeys(options);
  assertOidc(options);
}
