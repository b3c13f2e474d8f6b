/**
 * Apps and functions in memory, as the store has them: what match and execute look things up in.
 * A copy with a version: other engines sync apps too. What it does not know is not gone, but to be read again, and a commit that
 * rests on an old copy is refused by the store.
 */
import type { AppRecord, FunctionRecord, KnownFunction } from "../../domain/app.ts";
import type { LimitOverride } from "../../domain/limit-override.ts";
import type { StoreReader } from "../../ports/store.ts";

/** A function that an event name leads to, with the condition it must meet; null for none. */
export interface Candidate {
  fn: KnownFunction;
  condition: string | null;
}

export interface Registry {
  /** Reads what the store has, whatever is known. */
  load(): Promise<void>;
  /** Whether an engine has synced an app since it was read. */
  isOld(): boolean;
  /** Reads it if it is old; once, for all who ask meanwhile. */
  refresh(): Promise<void>;
  /** As the store tells it; see `StoreReader.registryVersion`. Decisions that rest on what is not there carry it. */
  version(): number;
  apps(): AppRecord[];
  /** Served ones only. */
  functions(): KnownFunction[];
  /** Archived ones too. */
  functionById(id: string): KnownFunction | null;
  /** A served one. */
  functionBySlug(slug: string): KnownFunction | null;
  appById(id: string): AppRecord | null;
  appByName(name: string): AppRecord | null;
  /** Triggers that an event name meets, each function maybe more than once. */
  candidates(eventName: string): Candidate[];
}

interface Index {
  apps: AppRecord[];
  served: KnownFunction[];
  byId: Map<string, KnownFunction>;
  bySlug: Map<string, KnownFunction>;
  exact: Map<string, Candidate[]>;
  /** What comes before the `*` of a wildcard. */
  prefixes: { prefix: string; candidate: Candidate }[];
}

/** With what people have set over their limits. */
function withOverrides(functions: readonly FunctionRecord[], all: readonly LimitOverride[]): KnownFunction[] {
  return functions.map((fn) => {
    const overrides = all.filter(({ functionId }) => functionId === fn.id);
    return overrides.length === 0 ? fn : { ...fn, overrides };
  });
}

function buildIndex(apps: AppRecord[], functions: KnownFunction[]): Index {
  const served = functions.filter((fn) => fn.archivedAt === null);
  const index: Index = {
    apps,
    served,
    byId: new Map(functions.map((fn) => [fn.id, fn])),
    bySlug: new Map(served.map((fn) => [fn.slug, fn])),
    exact: new Map(),
    prefixes: [],
  };
  for (const fn of served) {
    for (const trigger of fn.triggers) {
      if (!("event" in trigger)) continue;
      const candidate = { fn, condition: trigger.expression ?? null };
      if (trigger.event.endsWith("*")) index.prefixes.push({ prefix: trigger.event.slice(0, -1), candidate });
      else index.exact.set(trigger.event, [...(index.exact.get(trigger.event) ?? []), candidate]);
    }
  }
  return index;
}

type RegistryStore = Pick<StoreReader, "listApps" | "listFunctions" | "listLimitOverrides" | "registryVersion">;

export function createRegistry(store: RegistryStore): Registry {
  let index = buildIndex([], []);
  let version = Number.NaN;
  let reading: { version: number; done: Promise<void> } | null = null;
  const isOld = (): boolean => store.registryVersion() !== version;
  const load = async (): Promise<void> => {
    // Read before the rest: what is newer than it says is only read once more.
    const current = store.registryVersion();
    const [apps, functions, overrides] = await Promise.all([
      store.listApps(),
      store.listFunctions(),
      store.listLimitOverrides(),
    ]);
    index = buildIndex(apps, withOverrides(functions, overrides));
    version = current;
  };
  return {
    load,
    isOld,
    async refresh() {
      if (!isOld()) return;
      if (reading?.version !== store.registryVersion())
        reading = { version: store.registryVersion(), done: load().finally(() => (reading = null)) };
      await reading.done;
    },
    version: () => version,
    apps: () => index.apps,
    functions: () => index.served,
    functionById: (id) => index.byId.get(id) ?? null,
    functionBySlug: (slug) => index.bySlug.get(slug) ?? null,
    appById: (id) => index.apps.find((app) => app.id === id) ?? null,
    appByName: (name) => index.apps.find((app) => app.name === name) ?? null,
    candidates(eventName) {
      const exact = index.exact.get(eventName) ?? [];
      if (index.prefixes.length === 0) return exact;
      const wild = index.prefixes
        .filter(({ prefix }) => eventName.startsWith(prefix))
        .map(({ candidate }) => candidate);
      return wild.length === 0 ? exact : [...exact, ...wild];
    },
  };
}
