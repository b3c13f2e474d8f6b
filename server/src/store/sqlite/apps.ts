/** Apps and functions: writes for commit.ts, reads for open-store.ts. */
import type { AppRecord, FunctionRecord } from "../../domain/app.ts";
import { type FlowConfig, noFlow } from "../../domain/flow.ts";
import type { QueuePut } from "../../domain/queue-item.ts";
import type { AppSync } from "../../domain/transition.ts";
import type { Database } from "./database.ts";
import { deleteCronsOfFunction } from "./queue.ts";

interface AppRow {
  id: string;
  name: string;
  url: string;
  sdk: string;
  framework: string;
  app_version: string | null;
  checksum: string;
  warnings: string;
  synced_at: number;
  created_at: number;
}

interface FunctionRow {
  id: string;
  app_id: string;
  slug: string;
  name: string;
  triggers: string;
  url: string;
  retries: number;
  flow: string;
  version: number;
  created_at: number;
  archived_at: number | null;
}

/**
 * Apps are known by name, functions by slug: ids and `createdAt` of known ones stay.
 * Returns the crons, to be put: those that are in the queue already keep their due time.
 */
export function syncApp(database: Database, sync: AppSync): QueuePut[] {
  const appId = upsertApp(database, sync.app);
  const keptIds = new Map<string, string>();
  for (const record of sync.functions) keptIds.set(record.id, upsertFunction(database, record, appId));
  const served = new Set(keptIds.values());
  for (const { id } of functionIdsOf(database, appId)) {
    if (!served.has(id)) archiveFunction(database, id, sync.app.syncedAt);
  }
  const crons = sync.crons.map((cron) => ({ ...cron, functionId: keptIds.get(cron.functionId) ?? cron.functionId }));
  const cronIds = new Set(crons.map((cron) => cron.id));
  for (const { id } of functionIdsOf(database, appId)) deleteCronsOfFunction(database, id, cronIds);
  return crons;
}

/** Forgets an app; its functions stay, archived, for the runs that name them. */
export function removeApp(database: Database, appId: string, at: number): void {
  for (const { id } of functionIdsOf(database, appId)) {
    archiveFunction(database, id, at);
    deleteCronsOfFunction(database, id, new Set());
  }
  database.run("DELETE FROM apps WHERE id = ?", appId);
}

/** By name. */
export function listApps(database: Database): AppRecord[] {
  return database.all<AppRow>("SELECT * FROM apps ORDER BY name").map(toApp);
}

/** By slug, archived ones too. */
export function listFunctions(database: Database): FunctionRecord[] {
  return database.all<FunctionRow>("SELECT * FROM functions ORDER BY slug").map(toFunction);
}

function functionIdsOf(database: Database, appId: string): { id: string }[] {
  return database.all<{ id: string }>("SELECT id FROM functions WHERE app_id = ?", appId);
}

function archiveFunction(database: Database, id: string, at: number): void {
  database.run("UPDATE functions SET archived_at = ? WHERE id = ? AND archived_at IS NULL", at, id);
}

function upsertApp(database: Database, app: AppRecord): string {
  const row = database.get<{ id: string }>(
    `INSERT INTO apps (id, name, url, sdk, framework, app_version, checksum, warnings, synced_at, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET url = excluded.url, sdk = excluded.sdk, framework = excluded.framework,
      app_version = excluded.app_version, checksum = excluded.checksum, warnings = excluded.warnings,
      synced_at = excluded.synced_at
    RETURNING id`,
    app.id,
    app.name,
    app.url,
    app.sdk,
    app.framework,
    app.appVersion,
    app.checksum,
    JSON.stringify(app.warnings),
    app.syncedAt,
    app.createdAt,
  );
  return row?.id ?? app.id;
}

/** A slug that another app served goes over to this one: the last sync counts. */
function upsertFunction(database: Database, record: FunctionRecord, appId: string): string {
  const row = database.get<{ id: string }>(
    `INSERT INTO functions (id, app_id, slug, name, triggers, url, retries, flow, version, created_at, archived_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, NULL)
    ON CONFLICT (slug) DO UPDATE SET app_id = excluded.app_id, name = excluded.name, triggers = excluded.triggers,
      url = excluded.url, retries = excluded.retries, flow = excluded.flow, archived_at = NULL,
      version = version + ((functions.name, functions.triggers, functions.url, functions.retries, functions.flow)
        IS NOT (excluded.name, excluded.triggers, excluded.url, excluded.retries, excluded.flow))
    RETURNING id`,
    record.id,
    appId,
    record.slug,
    record.name,
    JSON.stringify(record.triggers),
    record.url,
    record.retries,
    JSON.stringify(record.flow),
    record.createdAt,
  );
  return row?.id ?? record.id;
}

function toApp(row: AppRow): AppRecord {
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    sdk: row.sdk,
    framework: row.framework,
    appVersion: row.app_version,
    checksum: row.checksum,
    warnings: JSON.parse(row.warnings) as string[],
    syncedAt: row.synced_at,
    createdAt: row.created_at,
  };
}

function toFunction(row: FunctionRow): FunctionRecord {
  return {
    id: row.id,
    appId: row.app_id,
    slug: row.slug,
    name: row.name,
    triggers: JSON.parse(row.triggers) as FunctionRecord["triggers"],
    url: row.url,
    retries: row.retries,
    flow: { ...noFlow, ...(JSON.parse(row.flow) as Partial<FlowConfig>) },
    version: row.version,
    createdAt: row.created_at,
    archivedAt: row.archived_at,
  };
}
