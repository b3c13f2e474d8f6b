/** Stored rows of apps and functions, and the records they hold. Called by the apps.ts of each store. */
import type { AppRecord, FunctionRecord } from "../../domain/app.ts";
import { type FlowConfig, noFlow } from "../../domain/flow.ts";

export interface AppRow {
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

export interface FunctionColumns {
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

export function toApp(row: AppRow): AppRecord {
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

export function toFunction(row: FunctionColumns): FunctionRecord {
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
