/**
 * Faults of kinds that durable engines have had, each planted between an engine and its store: decorators of the port, so that the
 * product has no switch for them. A simulation that does not find them would find nothing.
 */
import type { LeaseToken, QueueItem } from "../../../server/src/domain/queue/queue-item.ts";
import type { Refusal } from "../../../server/src/domain/run/refusal.ts";
import type { RateLimitCheck, RunStart, Transition } from "../../../server/src/domain/transition.ts";
import type { Claim, CommitResult, Store } from "../../../server/src/ports/store.ts";
import type { Draw } from "../../../server/src/simulation/draw.ts";
import type { Life } from "../../../server/src/simulation/simulated-engine.ts";

export type Plant = (store: Store, life: Life, draw: Draw) => Store;

type Replaced = Partial<Store>;

function replace(store: Store, methods: Replaced): Store {
  return new Proxy(store, {
    get: (target, name: keyof Store) => methods[name] ?? target[name],
  });
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => void setImmediate(resolve));
};

/** Commits and leases name the item alone: whoever held it once may write. One for all engines of a world. */
export function unfencedLeases(): Plant {
  const latest = new Map<string, LeaseToken & { life: Life }>();
  const note = (life: Life, items: readonly QueueItem[]): void => {
    for (const { id, fence } of items) latest.set(id, { itemId: id, fence, life });
  };
  const current = ({ itemId, fence }: LeaseToken): LeaseToken => ({
    itemId,
    fence: latest.get(itemId)?.fence ?? fence,
  });
  return (store, life) =>
    replace(store, {
      async commit(transition, claim) {
        const lease = transition.lease === null ? null : current(transition.lease);
        const result = await store.commit({ ...transition, lease }, claim);
        if (result.ok) note(life, result.claimed);
        return result;
      },
      async lease(request) {
        const items = await store.lease(request);
        note(life, items);
        return items;
      },
      extend: (tokens, until) => store.extend(tokens.map(current), until),
    });
}

/** Says that events are stored, and stores them a little later. */
export function acknowledgedBeforeCommit(): Plant {
  return (store, life) =>
    replace(store, {
      async commit(transition, claim) {
        if (transition.events === undefined || transition.lease !== null) return store.commit(transition, claim);
        void turns(40).then(async () => {
          if (life.alive) await store.commit(transition, claim && { ...claim, limit: 0 });
        });
        const startedRuns = (transition.starts ?? []).map(({ run }) => run.id);
        const said = { claimed: [], skippedRuns: [], cancelledRuns: [], refusals: [], nextDueAt: claim?.now ?? null };
        return { ok: true, startedRuns, ...said } as CommitResult;
      },
    });
}

/** A wait begins where it is written: what came between the app's answer and that is not looked at. */
export function waitRegisteredTooLate(): Plant {
  return (store) =>
    replace(store, {
      commit(transition, claim) {
        const plans = transition.plans?.map((plan) => {
          const waits = plan.waits?.map(({ lookBack: _left, ...wait }) => wait);
          return { ...plan, ...(waits !== undefined && { waits }) };
        });
        return store.commit({ ...transition, ...(plans !== undefined && { plans }) }, claim);
      },
    });
}

/** A wait gives up when its time is over, whether or not an event that came before is still being compared. */
export function gaveUpTooSoon(): Plant {
  return (store) =>
    replace(store, {
      commit: ({ givesUp: _unasked, ...transition }, claim) => store.commit(transition, claim),
    });
}

/** Takes what is due in two seconds for due. */
export function timersTooEarly(): Plant {
  return (store) => replace(store, { lease: (request) => store.lease({ ...request, now: request.now + 2000 }) });
}

/** Tells a call now and then of one result less than there is. */
export function resultsForgotten(): Plant {
  return (store, _life, draw) =>
    replace(store, {
      async loadExecution(runId) {
        const execution = await store.loadExecution(runId);
        if (execution === null || !draw.chance(0.2)) return execution;
        return { ...execution, ended: execution.ended.slice(0, -1) };
      },
    });
}

/** Looks at a rate limit, and counts the start later, when others may have looked at it too. */
export function limitCheckedOutside(): Plant {
  const counted = new Map<string, number[]>();
  const refused = new Map<string, Refusal[]>();
  const hasRoom = (start: RunStart): boolean =>
    (start.rateLimits ?? []).every(({ key, limit, periodMs }: RateLimitCheck) => {
      const since = start.run.queuedAt - periodMs;
      return (counted.get(key) ?? []).filter((at) => at > since).length < limit;
    });
  const count = ({ rateLimits, run }: RunStart): void => {
    for (const { key } of rateLimits ?? []) counted.set(key, [...(counted.get(key) ?? []), run.queuedAt]);
  };
  return (store) =>
    replace(store, {
      async commit(transition: Transition, claim?: Claim) {
        const starts = transition.starts?.filter(hasRoom);
        for (const start of transition.starts ?? [])
          if (!hasRoom(start))
            for (const eventId of start.run.eventIds) refused.set(eventId, [refusalOf(start, eventId)]);
        const result = await store.commit(
          { ...transition, ...(starts !== undefined && { starts: starts.map(unlimited) }) },
          claim,
        );
        if (result.ok) for (const start of starts ?? []) if (result.startedRuns.includes(start.run.id)) count(start);
        return result;
      },
      listRefusals: async (eventId) => [...(await store.listRefusals(eventId)), ...(refused.get(eventId) ?? [])],
    });
}

function refusalOf({ run }: RunStart, eventId: string): Refusal {
  return { eventId, functionId: run.functionId, reason: "rateLimit", at: run.queuedAt };
}

function unlimited({ rateLimits: _checked, ...start }: RunStart): RunStart {
  return start;
}

/** An engine hears of functions at its start and by its own syncs alone. What it leases of others it takes for gone, and deletes. */
export function unknownFunctionDeleted(): Plant {
  return (store) => {
    const heardOf = new Set<string>([""]);
    let isOpen = false;
    const keepKnown = async (items: readonly QueueItem[]): Promise<QueueItem[]> => {
      const unknown = items.filter(({ functionId }) => !heardOf.has(functionId));
      for (const { id: itemId, fence } of unknown) await store.commit({ lease: { itemId, fence } });
      return items.filter(({ functionId }) => heardOf.has(functionId));
    };
    return replace(store, {
      async listFunctions() {
        const functions = await store.listFunctions();
        if (!isOpen) for (const { id } of functions) heardOf.add(id);
        isOpen = true;
        return functions;
      },
      commit(transition, claim) {
        for (const { id } of transition.sync?.functions ?? []) heardOf.add(id);
        return store.commit(transition, claim);
      },
      lease: async (request) => keepKnown(await store.lease(request)),
    });
  };
}

/** Who opens the state takes all leases that it finds for those of the dead. One for all engines of a world. */
export function leasesVoidedAtOpen(): Plant {
  const held = new Map<string, QueueItem>();
  const note = (items: readonly QueueItem[]): void => {
    for (const item of items) held.set(item.id, item);
  };
  return (store) => {
    let isOpen = false;
    const voidAll = async (): Promise<void> => {
      for (const { id: itemId, fence, attempt, dueAt } of [...held.values()])
        await store.commit({ lease: { itemId, fence }, settle: { kind: "retry", attempt, dueAt } });
      held.clear();
    };
    return replace(store, {
      async listFunctions() {
        if (!isOpen) await voidAll();
        isOpen = true;
        return store.listFunctions();
      },
      async commit(transition, claim) {
        const result = await store.commit(transition, claim);
        if (result.ok && transition.settle?.kind !== "keep") held.delete(transition.lease?.itemId ?? "");
        if (result.ok) note(result.claimed);
        return result;
      },
      async lease(request) {
        const items = await store.lease(request);
        note(items);
        return items;
      },
    });
  };
}
