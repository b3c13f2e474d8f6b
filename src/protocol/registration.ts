/**
 * Registration (a sync): an app tells an engine which functions it serves.
 */

export interface EventTrigger {
  event: string;
  /** CEL over `event`; the function runs when it gives true. */
  expression?: string;
}

export interface CronTrigger {
  /** Five fields, optionally after `TZ=Area/City `. */
  cron: string;
  jitter?: string;
  /** How ticks are made up for that passed while no engine ran. Not known to other engines. Absent: `one`. */
  missed?: "skip" | "one" | "all";
}

export type Trigger = EventTrigger | CronTrigger;

export interface RegisteredRetries {
  /** Retries after the first attempt. */
  attempts: number;
  /**
   * Delays between attempts, in milliseconds: a list, whose last one repeats, or `initial * factor ** attempt`, at most `max`,
   * and up to the share `jitter` of it more at random. Not known to other engines. Absent: the engine's own.
   */
  backoff?: number[] | { initial: number; factor: number; max: number; jitter: number };
}

export interface StepConfig {
  id: string;
  name: string;
  runtime: { type: "http" | "ws"; url: string };
  /** Absent: the engine's default. */
  retries?: RegisteredRetries;
}

/** One function as it is registered. Flow-control fields pass through as their author wrote them. */
export interface FunctionConfig {
  /** `<app id>-<function id>`. */
  id: string;
  name: string;
  triggers: Trigger[];
  /** Exactly one, called `step`. */
  steps: Record<string, StepConfig>;
  idempotency?: string;
  batchEvents?: unknown;
  rateLimit?: unknown;
  throttle?: unknown;
  concurrency?: unknown;
  debounce?: unknown;
  priority?: unknown;
  timeouts?: unknown;
  singleton?: unknown;
  cancel?: unknown;
}

export interface Capabilities {
  in_band_sync?: "v1";
  trust_probe?: "v1";
  connect?: "v1";
}

/** Body of `POST /fn/register`. */
export interface RegisterRequest {
  url: string;
  deployType: "ping";
  framework: string;
  appName: string;
  functions: FunctionConfig[];
  /** `js:v<version>`. */
  sdk: string;
  v: "0.1";
  appVersion?: string;
  deployId?: string;
  capabilities?: Capabilities;
}

/** Answer of `POST /fn/register`. */
export interface RegisterResponse {
  ok: boolean;
  modified: boolean;
  sync_id?: string;
  app_id?: string;
  error?: string;
  status?: number;
}

/** What `GET` on an app's route answers. */
export interface Introspection {
  schema_version: string;
  mode: "dev" | "cloud";
  function_count: number;
  has_event_key: boolean;
  has_signing_key: boolean;
  extra: Record<string, unknown>;
  authentication_succeeded?: boolean | null;
  [key: string]: unknown;
}

/** Answer to a `PUT` with `x-inngest-sync-kind: in_band`. */
export interface InBandSyncResponse {
  app_id: string;
  appVersion?: string;
  capabilities: Capabilities;
  env: string | null;
  framework: string;
  functions: FunctionConfig[];
  inspection: Introspection;
  platform?: string;
  sdk_author: string;
  sdk_language: string;
  sdk_version: string;
  sdk: string;
  url: string;
}
