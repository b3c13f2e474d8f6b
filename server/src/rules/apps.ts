/** Apps and functions as they sync. Called by apply-transition.ts. */
import type { FunctionRecord } from "../domain/app.ts";
import type { QueuePut } from "../domain/queue/queue-item.ts";
import { toComparableJson } from "../domain/stored-json.ts";
import type { AppSync } from "../domain/transition.ts";
import type { WorkingSet } from "./working-set.ts";

/**
 * Apps are known by name, functions by slug: ids and `createdAt` of known ones stay.
 * Returns the crons, to be put: those that are in the queue already keep their due time.
 */
export function syncApp(set: WorkingSet, sync: AppSync): QueuePut[] {
  const app = { ...sync.app, ...set.apps.byName(sync.app.name) };
  set.apps.put(app);
  const keptIds = new Map<string, string>();
  for (const record of sync.functions) keptIds.set(record.id, putFunction(set, record, app.id));
  const served = new Set(keptIds.values());
  const crons = sync.crons.map((cron) => ({ ...cron, functionId: keptIds.get(cron.functionId) ?? cron.functionId }));
  const cronIds = new Set(crons.map(({ id }) => id));
  for (const { id, archivedAt } of set.apps.functionsOf(app.id)) {
    if (!served.has(id) && archivedAt === null) set.apps.changeFunction(id, { archivedAt: app.syncedAt });
    removeCrons(set, id, cronIds);
  }
  return crons;
}

/** Forgets an app; its functions stay, archived, for the runs that name them. */
export function removeApp(set: WorkingSet, { appId, at }: { appId: string; at: number }): void {
  for (const { id, archivedAt } of set.apps.functionsOf(appId)) {
    if (archivedAt === null) set.apps.changeFunction(id, { archivedAt: at });
    removeCrons(set, id, new Set());
  }
  set.apps.remove(appId);
}

function removeCrons(set: WorkingSet, functionId: string, kept: ReadonlySet<string>): void {
  for (const id of set.items.cronsOf(functionId)) if (!kept.has(id)) set.items.remove(id);
}

/** Returns its id. A slug that another app served goes over to this one: the last sync counts. */
function putFunction(set: WorkingSet, record: FunctionRecord, appId: string): string {
  const known = set.apps.functionBySlug(record.slug);
  if (known === null) {
    set.apps.addFunction({ ...record, appId, version: 1, archivedAt: null });
    return record.id;
  }
  const { name, triggers, url, retries, flow } = record;
  const version = known.version + (settings(record) === settings(known) ? 0 : 1);
  set.apps.changeFunction(known.id, { appId, name, triggers, url, retries, flow, version, archivedAt: null });
  return known.id;
}

/** What counts as a change. */
function settings({ name, triggers, url, retries, flow }: FunctionRecord): string {
  return toComparableJson([name, triggers, url, retries, flow]);
}
