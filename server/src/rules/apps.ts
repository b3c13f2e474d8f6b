/** Apps and functions as they sync. Called by apply-transition.ts. */
import type { FunctionRecord } from "../domain/app.ts";
import { cronNameOf } from "../domain/queue/cron-item-id.ts";
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
  const wanted = new Set(crons.map(({ id }) => cronNameOf(id)));
  const there = new Set<string>();
  for (const { id, archivedAt } of set.apps.functionsOf(app.id)) {
    if (!served.has(id) && archivedAt === null) set.apps.changeFunction(id, { archivedAt: app.syncedAt });
    for (const name of removeCrons(set, id, wanted)) there.add(name);
  }
  return crons.filter(({ id }) => {
    const name = cronNameOf(id);
    const isNew = !there.has(name);
    there.add(name);
    return isNew;
  });
}

/** Forgets an app; its functions stay, archived, for the runs that name them. */
export function removeApp(set: WorkingSet, { appId, at }: { appId: string; at: number }): void {
  for (const { id, archivedAt } of set.apps.functionsOf(appId)) {
    if (archivedAt === null) set.apps.changeFunction(id, { archivedAt: at });
    removeCrons(set, id, new Set());
  }
  set.apps.remove(appId);
}

/** Takes out the items of crons that are not served any more. Returns the names of those that stay. */
function removeCrons(set: WorkingSet, functionId: string, wanted: ReadonlySet<string>): string[] {
  const ids = set.items.cronsOf(functionId);
  for (const id of ids) if (!wanted.has(cronNameOf(id))) set.items.remove(id);
  return ids.map(cronNameOf).filter((name) => wanted.has(name));
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
