/** Apps and functions: what rules read and write of them, and reads for open-store.ts. */
import type { AppRecord, FunctionRecord } from "../../../domain/app.ts";
import type { Changes } from "../../../rules/changes.ts";
import type { FunctionRow } from "../../../rules/rows.ts";
import type { Source } from "../../../rules/source.ts";
import { type AppRow, type FunctionColumns, toApp, toFunction } from "../../records/apps.ts";
import type { Database } from "../database.ts";
import { createUpdate, json, plain } from "./row-update.ts";

type AppReads = Pick<Source, "appByName" | "functionBySlug" | "function" | "functionsOfApp">;

export function appReads(database: Database): AppReads {
  return {
    appByName: ({ name }) =>
      database.get<Pick<AppRecord, "id" | "createdAt">>(
        "SELECT id, created_at AS createdAt FROM apps WHERE name = ?",
        name,
      ) ?? null,
    functionBySlug: ({ slug }) => {
      const row = database.get<FunctionColumns>("SELECT * FROM functions WHERE slug = ?", slug);
      return row === undefined ? null : toFunction(row);
    },
    function: ({ id }) => functionRow(database, id),
    functionsOfApp: ({ appId }) =>
      database.all<Pick<FunctionRecord, "id" | "archivedAt">>(
        "SELECT id, archived_at AS archivedAt FROM functions WHERE app_id = ?",
        appId,
      ),
  };
}

/** What pauses ask of a function; null for one that is not there. */
export function functionRow(database: Database, id: string): FunctionRow | null {
  const row = database.get<{ appId: string; isExempt: number | null }>(
    "SELECT app_id AS appId, json_extract(flow, '$.exemptFromPauses') AS isExempt FROM functions WHERE id = ?",
    id,
  );
  return row === undefined ? null : { appId: row.appId, isExempt: row.isExempt === 1 };
}

const update = createUpdate<Omit<FunctionRecord, "id" | "slug" | "createdAt">>("functions", ["id"], {
  appId: plain("app_id"),
  name: plain("name"),
  triggers: json("triggers"),
  url: plain("url"),
  retries: plain("retries"),
  flow: json("flow"),
  version: plain("version"),
  archivedAt: plain("archived_at"),
});

export function writeApps(database: Database, { apps, functions }: Changes): void {
  for (const id of apps.removed) database.run("DELETE FROM apps WHERE id = ?", id);
  for (const app of apps.put) putApp(database, app);
  for (const { key, fields } of functions.changed) update(database, fields, key);
  for (const record of functions.added) insertFunction(database, record);
}

function putApp(database: Database, app: AppRecord): void {
  database.run(
    `INSERT OR REPLACE INTO apps (id, name, url, sdk, framework, app_version, checksum, warnings, synced_at, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
}

function insertFunction(database: Database, record: FunctionRecord): void {
  database.run(
    `INSERT INTO functions (id, app_id, slug, name, triggers, url, retries, flow, version, created_at, archived_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    record.id,
    record.appId,
    record.slug,
    record.name,
    JSON.stringify(record.triggers),
    record.url,
    record.retries,
    JSON.stringify(record.flow),
    record.version,
    record.createdAt,
    record.archivedAt,
  );
}

/** By name. */
export function listApps(database: Database): AppRecord[] {
  return database.all<AppRow>("SELECT * FROM apps ORDER BY name").map(toApp);
}

/** By slug, archived ones too. */
export function listFunctions(database: Database): FunctionRecord[] {
  return database.all<FunctionColumns>("SELECT * FROM functions ORDER BY slug").map(toFunction);
}
