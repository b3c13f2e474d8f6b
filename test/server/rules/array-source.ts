/** Rows in memory, found by looking at all of them: slow, and small enough to be seen to be right. What it answers is frozen. */
import type { QueueItem } from "../../../server/src/domain/queue/queue-item.ts";
import { matchIdRange } from "../../../server/src/domain/queue/queue-puts.ts";
import type { Changes, NewItem } from "../../../server/src/rules/changes.ts";
import type { LaneRow, Rows } from "../../../server/src/rules/rows.ts";
import type { Source } from "../../../server/src/rules/source.ts";

type Added<Table extends keyof Changes> = Changes[Table] extends { added: readonly (infer Row)[] } ? Row : never;
type Put<Table extends keyof Changes> = Changes[Table] extends { put: readonly (infer Row)[] } ? Row : never;
type Listed<Table extends keyof Changes> = Changes[Table] extends readonly (infer Row)[] ? Row : never;

/** An item as it lies there. */
export type ArrayItem = Omit<NewItem, "put"> & { item: QueueItem };

export interface Tables {
  events: Listed<"events">[];
  refusals: Listed<"refusals">[];
  attempts: Listed<"attempts">[];
  logs: Listed<"logs">[];
  batchEvents: Listed<"batchEvents">[];
  waitCounters: Listed<"waitCounters">[];
  rateLimitHits: Listed<"rateLimitHits">[];
  runs: Added<"runs">[];
  steps: Added<"steps">[];
  items: ArrayItem[];
  lanes: Added<"lanes">[];
  runSlots: Added<"runSlots">[];
  batches: (Omit<Added<"batches">, "key"> & { key: string | null })[];
  waits: Added<"waits">[];
  deadLetters: Added<"deadLetters">[];
  bulkJobs: Added<"bulkJobs">[];
  functions: Added<"functions">[];
  slots: Put<"slots">[];
  throttles: Put<"throttles">[];
  rateLimits: Put<"rateLimits">[];
  debounces: Put<"debounces">[];
  metadata: Put<"metadata">[];
  apps: Put<"apps">[];
  pauses: Put<"pauses">[];
  limitOverrides: Put<"limitOverrides">[];
  schedules: Put<"schedules">[];
}

export function emptyTables(): Tables {
  return {
    ...{ events: [], refusals: [], attempts: [], logs: [], batchEvents: [], waitCounters: [], rateLimitHits: [] },
    ...{ runs: [], steps: [], items: [], lanes: [], runSlots: [], batches: [], waits: [], deadLetters: [] },
    ...{ bulkJobs: [], functions: [], slots: [], throttles: [], rateLimits: [], debounces: [], metadata: [] },
    ...{ apps: [], pauses: [], limitOverrides: [], schedules: [] },
  };
}

const byId = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A copy that whoever is answered cannot change. */
function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  const copy = Array.isArray(value)
    ? value.map(frozen)
    : Object.fromEntries(Object.entries(value).map(([k, v]) => [k, frozen(v)]));
  return Object.freeze(copy) as T;
}

function first<T>(rows: readonly T[], limit: number): Rows<T> {
  return frozen({ rows: rows.slice(0, limit), complete: rows.length <= limit });
}

function itemReads({ items }: Tables) {
  const free = items.filter(({ leasedUntil }) => leasedUntil === null);
  const find = (id: string): ArrayItem | undefined => items.find(({ item }) => item.id === id);
  const byDue = (a: ArrayItem, b: ArrayItem): number => a.item.dueAt - b.item.dueAt || byId(a.item.id, b.item.id);
  const byRank = (a: ArrayItem, b: ArrayItem): number => a.item.rank - b.item.rank || byId(a.item.id, b.item.id);
  const freed = ({ item, laneId }: ArrayItem) => ({ id: item.id, functionId: item.functionId, laneId });
  return {
    heldItem: ({ itemId, fence }) => {
      const found = find(itemId);
      if (found === undefined || found.fence !== fence || found.leasedUntil === null) return null;
      const { id, functionId, runId, rank } = found.item;
      return frozen({ id, functionId, runId, rank, laneId: found.laneId });
    },
    hasItem: ({ id }) => find(id) !== undefined,
    item: ({ id }) => frozen(find(id)?.item ?? null),
    itemDueAt: ({ id }) => find(id)?.item.dueAt ?? null,
    laterItem: ({ id }) => free.find(({ item, ready }) => item.id === id && !ready)?.item.dueAt ?? null,
    itemsOfRun: ({ runId }) =>
      frozen(
        items
          .filter(({ item }) => item.runId === runId)
          .map((found) => ({ ...freed(found), isLeased: found.leasedUntil !== null })),
      ),
    cronItems: ({ functionId }) =>
      items.filter(({ item }) => item.kind === "cron" && item.functionId === functionId).map(({ item }) => item.id),
    isMatching: ({ event, before }) =>
      items.some(({ item }) => {
        const { first, end } = matchIdRange(event);
        return item.kind === "match" && item.id >= first && item.id < end && item.rank < before;
      }),
    readyItems: ({ laneId, limit }) =>
      first(
        free
          .filter((found) => found.laneId === laneId && found.ready)
          .sort(byRank)
          .map(({ item }) => item),
        limit,
      ),
    dueItems: ({ now, limit }) =>
      first(
        free
          .filter(({ item, laneId, ready }) => laneId !== null && !ready && item.dueAt <= now)
          .sort(byDue)
          .map((found) => ({ ...freed(found), laneId: found.laneId ?? "" })),
        limit,
      ),
    ownDueItems: ({ now, limit }) =>
      first(
        free
          .filter(({ item, laneId }) => laneId === null && item.dueAt <= now)
          .sort(byDue)
          .map(({ item }) => item),
        limit,
      ),
    expiredItems: ({ now, limit }) =>
      first(items.filter(({ leasedUntil }) => leasedUntil !== null && leasedUntil <= now).map(freed), limit),
  } satisfies Partial<Source>;
}

function runReads({ runs, steps, deadLetters, metadata, events, refusals }: Tables) {
  const find = (id: string) => runs.find((run) => run.id === id);
  const repeated = (runId: string): string[] => {
    const original = find(runId)?.originalRunId ?? null;
    return original === null ? [] : [original, ...repeated(original)];
  };
  const step = (runId: string, id: string) => steps.find((known) => known.runId === runId && known.id === id);
  const isRepeat = (event: Tables["events"][number]): boolean =>
    events
      .slice(0, events.indexOf(event))
      .some(
        (before) =>
          event.id !== event.internalId &&
          before.id === event.id &&
          before.id !== before.internalId &&
          before.name === event.name &&
          before.receivedAt > event.receivedAt - 86_400_000,
      );
  return {
    run: ({ id }) => frozen(find(id) ?? null),
    hasRun: ({ id }) => find(id) !== undefined,
    isKeyUsed: ({ key, after, before }) =>
      runs.some(({ idempotencyKey, queuedAt }) => idempotencyKey === key && queuedAt > after && queuedAt < before),
    singletonHolder: ({ key }) => {
      const run = runs.find(({ singletonKey, endedAt }) => singletonKey === key && endedAt === null);
      return run === undefined ? null : frozen({ id: run.id, functionId: run.functionId });
    },
    repeatedRuns: ({ runId }) => repeated(runId),
    deadLetter: ({ runId }) => deadLetters.some((letter) => letter.runId === runId),
    hasStep: ({ runId, id }) => step(runId, id) !== undefined,
    step: ({ runId, id }) => {
      const known = step(runId, id);
      if (known === undefined) return null;
      return frozen({ isEnded: known.position !== null || known.endedAt !== null, race: known.race === true });
    },
    pendingSteps: ({ runId }) =>
      steps.filter((known) => known.runId === runId && known.position === null).map(({ id }) => id),
    logTotals: ({ runId }) => {
      const run = find(runId);
      return run === undefined ? null : { lines: run.logLines, bytes: run.logBytes, leftOut: run.logsLeftOut };
    },
    metadataBytes: ({ runId }) => find(runId)?.metadataBytes ?? null,
    metadata: ({ runId, stepId, attempt, kind }) =>
      metadata.find(
        (row) => row.runId === runId && row.stepId === stepId && row.attempt === attempt && row.kind === kind,
      )?.values ?? null,
    hasEvent: ({ internalId }) => events.some((event) => event.internalId === internalId),
    isRepeated: ({ id, internalId, name, after }) =>
      events.some(
        (event) =>
          event.id === id &&
          event.id !== event.internalId &&
          event.receivedAt > after &&
          event.internalId !== internalId &&
          event.name === name,
      ),
    eventsSince: ({ name, since }) =>
      events
        .filter((event) => event.name === name && event.receivedAt >= since && !isRepeat(event))
        .sort((a, b) => a.receivedAt - b.receivedAt || byId(a.internalId, b.internalId))
        .map(({ internalId }) => internalId),
    hasRefusal: ({ eventId, functionId }) =>
      refusals.some((refusal) => refusal.eventId === eventId && refusal.functionId === functionId),
  } satisfies Partial<Source>;
}

function laneReads({ lanes, items, slots, runSlots, throttles, rateLimits, rateLimitHits }: Tables) {
  const byTurn = (a: LaneRow, b: LaneRow): number => a.vtime - b.vtime || byId(a.id, b.id);
  const find = (id: string) => lanes.find((lane) => lane.id === id);
  return {
    lane: ({ id }) => frozen(find(id) ?? null),
    laneSpec: ({ id }) => frozen(find(id)?.spec ?? null),
    lanesInLine: ({ limit }) => first(lanes.filter(({ state }) => state === "in-line").sort(byTurn), limit),
    lanesBlockedOn: ({ key, above, limit }) =>
      first(
        lanes
          .filter((lane) => lane.state === "full" && lane.blockedOn === key && (lane.blockedLimit ?? 0) > above)
          .sort(byTurn),
        limit,
      ),
    throttledLanes: ({ limit }) =>
      first(
        lanes
          .filter(({ state }) => state === "throttled")
          .sort((a, b) => (a.notBefore ?? 0) - (b.notBefore ?? 0) || byId(a.id, b.id)),
        limit,
      ),
    laneFunctions: () => [...new Set(lanes.map(({ functionId }) => functionId))],
    lanesOfFunction: ({ functionId, paused }) =>
      frozen(
        lanes.filter(
          (lane) => lane.functionId === functionId && lane.state !== "idle" && (lane.state === "paused") === paused,
        ),
      ),
    emptyLanes: ({ vtime, limit }) =>
      lanes
        .filter((lane) => lane.state === "idle" && lane.vtime <= vtime)
        .filter(({ id, functionId }) => id === functionId || !items.some(({ laneId }) => laneId === id))
        .map(({ id }) => id)
        .slice(0, limit),
    slot: ({ key }) => slots.find((slot) => slot.key === key)?.used ?? 0,
    runSlots: ({ runId }) => runSlots.filter((slot) => slot.runId === runId).map(({ key }) => key),
    throttle: ({ key }) => throttles.find((throttle) => throttle.key === key)?.tat ?? 0,
    throttlesOfFunction: ({ functionId }) =>
      throttles
        .map(({ key }) => key)
        .filter((key) => key === functionId || key.startsWith(`${functionId}:`))
        .sort(),
    passedThrottles: ({ now, limit }) =>
      throttles
        .filter(({ tat }) => tat <= now)
        .map(({ key }) => key)
        .slice(0, limit),
    rateLimit: ({ key }) => frozen(rateLimits.find((row) => row.key === key) ?? null),
    rateLimitHit: ({ key, number }) =>
      rateLimitHits.find((hit) => hit.key === key && hit.number === number)?.at ?? null,
    expiredLimits: ({ now, limit }) =>
      [...rateLimits]
        .filter(({ expiresAt }) => expiresAt <= now)
        .sort((a, b) => a.expiresAt - b.expiresAt)
        .map(({ key }) => key)
        .slice(0, limit),
  } satisfies Partial<Source>;
}

/** Answers from the rows as they are now. */
export function arraySource(tables: Tables): Source {
  const { debounces, batches, waits, waitCounters, apps, functions, pauses, limitOverrides, bulkJobs } = tables;
  const forEvents = waits.filter(({ kind }) => kind === "event" || kind === "cancel");
  return {
    ...itemReads(tables),
    ...runReads(tables),
    ...laneReads(tables),
    debounce: ({ key }) => frozen(debounces.find((row) => row.key === key) ?? null),
    openBatch: ({ key }) => frozen(batches.find((row) => row.key === key) ?? null),
    batch: ({ id }) => frozen(batches.find((row) => row.id === id) ?? null),
    wait: ({ id }) => frozen(waits.find((row) => row.id === id) ?? null),
    signalWaits: ({ signal }) =>
      waits.filter(({ kind, name }) => kind === "signal" && name === signal).map(({ id }) => id),
    waitsOfRun: ({ runId }) => waits.filter((row) => row.runId === runId).map(({ id }) => id),
    waitPaths: ({ name }) => [...new Set(forEvents.filter((row) => row.name === name).map(({ path }) => path))],
    isWaited: ({ name, path, value }) =>
      forEvents.some((row) => row.name === name && row.path === path && row.value === value),
    waitCounter: () => frozen({ counter: "waits", last: waitCounters[0]?.last ?? 0 }),
    appByName: ({ name }) => {
      const app = apps.find((row) => row.name === name);
      return app === undefined ? null : frozen({ id: app.id, createdAt: app.createdAt });
    },
    functionBySlug: ({ slug }) => frozen(functions.find((row) => row.slug === slug) ?? null),
    function: ({ id }) => {
      const row = functions.find((known) => known.id === id);
      return row === undefined ? null : frozen({ appId: row.appId, isExempt: row.flow.exemptFromPauses });
    },
    functionsOfApp: ({ appId }) =>
      frozen(functions.filter((row) => row.appId === appId).map(({ id, archivedAt }) => ({ id, archivedAt }))),
    pauses: () => frozen(pauses),
    limitOverrides: () => frozen(limitOverrides),
    hasBulkJob: ({ id }) => bulkJobs.some((job) => job.id === id),
    bulkJob: ({ id }) => frozen(bulkJobs.find((job) => job.id === id) ?? null),
  };
}
