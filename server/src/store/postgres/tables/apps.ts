/** Apps and functions: their tables for writer.ts, reads for open-store.ts. */
import type { AppRecord, FunctionRecord } from "../../../domain/app.ts";
import type { FlowConfig } from "../../../domain/flow.ts";
import { type AppRow, type FunctionColumns, toApp, toFunction } from "../../records/apps.ts";
import type { Database } from "../database.ts";
import type { Table } from "./table.ts";

export const appTable: Table<AppRecord> = {
  name: "apps",
  key: ["id"],
  columns: {
    id: { name: "id", type: "text" },
    name: { name: "name", type: "text" },
    url: { name: "url", type: "text" },
    sdk: { name: "sdk", type: "text" },
    framework: { name: "framework", type: "text" },
    appVersion: { name: "app_version", type: "text" },
    checksum: { name: "checksum", type: "text" },
    warnings: { name: "warnings", type: "text", encode: (warnings) => JSON.stringify(warnings) },
    syncedAt: { name: "synced_at", type: "bigint" },
    createdAt: { name: "created_at", type: "bigint" },
  },
};

export const functionTable: Table<FunctionRecord> = {
  name: "functions",
  key: ["id"],
  columns: {
    id: { name: "id", type: "text" },
    appId: { name: "app_id", type: "text" },
    slug: { name: "slug", type: "text" },
    name: { name: "name", type: "text" },
    triggers: { name: "triggers", type: "text", encode: (triggers) => JSON.stringify(triggers) },
    url: { name: "url", type: "text" },
    retries: { name: "retries", type: "integer" },
    flow: { name: "flow", type: "text", encode: (flow) => JSON.stringify(flow) },
    version: { name: "version", type: "integer" },
    createdAt: { name: "created_at", type: "bigint" },
    archivedAt: { name: "archived_at", type: "bigint" },
  },
};

export const functionColumns = "id, app_id, slug, name, triggers, url, retries, flow, version, created_at, archived_at";

/** By name. */
export async function listApps(database: Database): Promise<AppRecord[]> {
  const rows = await database.all<AppRow>(
    `SELECT id, name, url, sdk, framework, app_version, checksum, warnings, synced_at, created_at FROM stepwell.apps
      WHERE ns = $1 ORDER BY name`,
  );
  return rows.map(toApp);
}

/** By slug, archived ones too. */
export async function listFunctions(database: Database): Promise<FunctionRecord[]> {
  const rows = await database.all<FunctionColumns>(
    `SELECT ${functionColumns} FROM stepwell.functions WHERE ns = $1 ORDER BY slug`,
  );
  return rows.map(toFunction);
}

/** `flow`: as it is stored. Whether only a pause of its own holds the function. */
export function isExempt(flow: string): boolean {
  return (JSON.parse(flow) as Partial<FlowConfig>).exemptFromPauses === true;
}
