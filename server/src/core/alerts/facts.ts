/**
 * What rules are held against: the state of the engine, read in one go for all rules, each thing once and only if a rule needs it.
 * Called by rounds. Must decide nothing.
 */

import type { ConditionKind } from "../../domain/alerts/condition.ts";
import type { AlertRule } from "../../domain/alerts/rule.ts";
import { emptyFigures, type Figures, mergeFigures } from "../../domain/metrics/figures.ts";
import {
  type Backlog,
  bucketStart,
  type RollupFilter,
  type RollupRecord,
  unitMs,
} from "../../domain/metrics/rollup.ts";
import type { PauseRecord } from "../../domain/pause.ts";
import type { FunctionOutage } from "../../domain/queue/queue-item.ts";
import type { StoreReader } from "../../ports/store.ts";

/** What an app's last sync came to. `unknown`: it has not been asked by this engine. */
export type SyncState = "ok" | "failed" | "unknown";

export interface WatchedApp {
  id: string;
  name: string;
  functionIds: readonly string[];
  sync: SyncState;
  /** Since when it could not be synced, as far as this engine knows, milliseconds since 1970; null while it can. */
  failedSince: number | null;
  /** What the last sync failed with; null for nothing. */
  error: string | null;
}

export interface AlertFacts {
  /** Milliseconds since 1970. */
  now: number;
  pauses: readonly PauseRecord[];
  apps: readonly WatchedApp[];
  /** By function. */
  outages: ReadonlyMap<string, FunctionOutage>;
  backlog: readonly Backlog[];
  /** Percent; null when it is not known. */
  diskPercent: number | null;
  /** What ended in the last `windowMs`, of one function or of all. */
  figures(functionId: string | null, windowMs: number): Figures;
  /** Milliseconds since 1970; null for never. */
  lastSuccessAt(functionId: string): number | null;
}

export interface FactSources {
  store: StoreReader;
  /** Served ones, with what is known of them. */
  apps(): WatchedApp[];
  /** Percent; null when it is not known. */
  diskPercent(): Promise<number | null>;
}

/** Up to here a window is counted in minutes, beyond in hours. */
const minutesUpToMs = 6 * unitMs.hour;
const rates: readonly ConditionKind[] = ["success-rate", "failure-rate", "run-time"];

const unitOf = (windowMs: number): "minute" | "hour" => (windowMs <= minutesUpToMs ? "minute" : "hour");

/** The functions that some rules are about; undefined for all. */
function idsOf(rules: readonly AlertRule[]): string[] | undefined {
  const ids = new Set<string>();
  for (const { condition } of rules) {
    if (condition.functionId === null) return undefined;
    ids.add(condition.functionId);
  }
  return [...ids];
}

/** The rollups of one unit that rates of these rules need, in one query. */
async function loadRollups(
  store: StoreReader,
  rules: readonly AlertRule[],
  unit: "minute" | "hour",
  now: number,
): Promise<RollupRecord[]> {
  const mine = rules.filter(
    ({ condition }) => rates.includes(condition.kind) && unitOf(condition.windowMs ?? 0) === unit,
  );
  if (mine.length === 0) return [];
  const longest = Math.max(...mine.map(({ condition }) => condition.windowMs ?? 0));
  const ids = idsOf(mine);
  const filter: RollupFilter = { unit, kind: "function", from: bucketStart(unit, now - longest), until: now + 1 };
  return store.listRollups(ids === undefined ? filter : { ...filter, ids });
}

async function loadEver(store: StoreReader, rules: readonly AlertRule[]): Promise<RollupRecord[]> {
  const mine = rules.filter(({ condition }) => condition.kind === "no-success");
  const ids = idsOf(mine);
  if (mine.length === 0 || ids === undefined) return [];
  return store.listRollups({ unit: "ever", from: 0, until: 1, kind: "function", ids });
}

function sumOf(rows: readonly RollupRecord[], functionId: string | null, from: number): Figures {
  const sum = emptyFigures();
  for (const { id, at, figures } of rows)
    if (at >= from && (functionId === null || id === functionId)) mergeFigures(sum, figures);
  return sum;
}

/** @param rules those that are switched on */
export async function loadFacts(sources: FactSources, rules: readonly AlertRule[], now: number): Promise<AlertFacts> {
  const { store } = sources;
  const kinds = new Set(rules.map(({ condition }) => condition.kind));
  const needs = (...some: ConditionKind[]): boolean => some.some((kind) => kinds.has(kind));
  const [pauses, outages, backlog, diskPercent, minutes, hours, ever] = await Promise.all([
    needs("kill-switch") ? store.listPauses() : [],
    needs("app-unreachable") ? store.listOutages() : [],
    needs("dead-letters", "queue-age") ? store.listBacklog() : [],
    needs("disk") ? sources.diskPercent() : null,
    loadRollups(store, rules, "minute", now),
    loadRollups(store, rules, "hour", now),
    loadEver(store, rules),
  ]);
  return {
    now,
    pauses,
    apps: sources.apps(),
    outages: new Map(outages.map((outage) => [outage.functionId, outage])),
    backlog,
    diskPercent,
    figures(functionId, windowMs) {
      const unit = unitOf(windowMs);
      return sumOf(unit === "minute" ? minutes : hours, functionId, bucketStart(unit, now - windowMs));
    },
    lastSuccessAt: (functionId) => ever.find(({ id }) => id === functionId)?.figures.lastSuccessAt ?? null,
  };
}
