/**
 * Apps and the functions they serve.
 */
import type { Trigger } from "stepwell/protocol";
import type { FlowConfig } from "./flow.ts";
import type { LimitOverride } from "./limit-override.ts";

export interface AppRecord {
  /** UUID, derived from the app's name. */
  id: string;
  name: string;
  url: string;
  sdk: string;
  framework: string;
  appVersion: string | null;
  /** SHA-256 of the last registration, and of how it was read. */
  checksum: string;
  /** What the last registration holds that the engine does not know, in sentences. */
  warnings: readonly string[];
  /** Milliseconds since 1970. */
  syncedAt: number;
  createdAt: number;
}

export interface FunctionRecord {
  /** UUID, derived from the app's name and the slug. */
  id: string;
  appId: string;
  /** `<app>-<function>`, unique in an engine. */
  slug: string;
  name: string;
  triggers: Trigger[];
  /** Where calls go, query included. */
  url: string;
  /** Retries after the first attempt, 0 to 20. */
  retries: number;
  flow: FlowConfig;
  /** Counts syncs that changed it, from 1. */
  version: number;
  createdAt: number;
  /** Set when a sync no longer lists it; null while it is served. */
  archivedAt: number | null;
}

/** A function as the registry has it. */
export interface KnownFunction extends FunctionRecord {
  /** Limits that people have set over those of `flow`, which is what the code says. Default: none. */
  overrides?: readonly LimitOverride[];
}
