/**
 * The apps and functions of a working set. Made by working-set.ts; apps.ts and pauses.ts decide over it.
 */
import type { AppRecord, FunctionRecord } from "../../domain/app.ts";
import type { Changes } from "../changes.ts";
import type { FunctionRow } from "../rows.ts";
import type { Source } from "../source.ts";

type FunctionFields = Partial<Omit<FunctionRecord, "id" | "slug" | "createdAt">>;

export class AppSet {
  readonly #source: Source;
  #put: AppRecord[] = [];
  readonly #removedApps: string[] = [];
  readonly #addedFunctions = new Map<string, FunctionRecord>();
  readonly #changedFunctions = new Map<string, FunctionFields>();

  constructor(source: Source) {
    this.#source = source;
  }

  byName(name: string): Pick<AppRecord, "id" | "createdAt"> | null {
    const known = this.#put.find((app) => app.name === name) ?? this.#source.appByName({ name });
    if (known === null || (this.#removedApps.includes(known.id) && !this.#put.some(({ id }) => id === known.id)))
      return null;
    return { id: known.id, createdAt: known.createdAt };
  }

  put(app: AppRecord): void {
    this.#put = [...this.#put.filter(({ id }) => id !== app.id), app];
  }

  remove(id: string): void {
    this.#put = this.#put.filter((app) => app.id !== id);
    this.#removedApps.push(id);
  }

  functionBySlug(slug: string): FunctionRecord | null {
    for (const added of this.#addedFunctions.values()) if (added.slug === slug) return added;
    const stored = this.#source.functionBySlug({ slug });
    return stored === null ? null : { ...stored, ...this.#changedFunctions.get(stored.id) };
  }

  function(id: string): FunctionRow | null {
    const added = this.#addedFunctions.get(id);
    if (added !== undefined) return { appId: added.appId, isExempt: added.flow.exemptFromPauses };
    const stored = this.#source.function({ id });
    const changed = this.#changedFunctions.get(id);
    if (stored === null || changed === undefined) return stored;
    return {
      appId: changed.appId ?? stored.appId,
      isExempt: changed.flow?.exemptFromPauses ?? stored.isExempt,
    };
  }

  /** Archived ones too. */
  functionsOf(appId: string): Pick<FunctionRecord, "id" | "archivedAt">[] {
    const stored = this.#source.functionsOfApp({ appId }).map((record) => {
      const changed = this.#changedFunctions.get(record.id);
      return { ...record, appId, ...changed };
    });
    const moved = [...this.#changedFunctions]
      .filter(([id, fields]) => fields.appId === appId && !stored.some((record) => record.id === id))
      .map(([id, fields]) => ({ id, appId, archivedAt: fields.archivedAt ?? null }));
    return [...stored, ...moved, ...this.#addedFunctions.values()].filter((record) => record.appId === appId);
  }

  addFunction(record: FunctionRecord): void {
    this.#addedFunctions.set(record.id, record);
  }

  /** For one that is there. */
  changeFunction(id: string, fields: FunctionFields): void {
    const added = this.#addedFunctions.get(id);
    if (added !== undefined) this.#addedFunctions.set(id, { ...added, ...fields });
    else this.#changedFunctions.set(id, { ...this.#changedFunctions.get(id), ...fields });
  }

  changes(): Pick<Changes, "apps" | "functions"> {
    return {
      apps: { removed: this.#removedApps, put: this.#put },
      functions: {
        removed: [],
        changed: [...this.#changedFunctions].map(([key, fields]) => ({ key, fields })),
        added: [...this.#addedFunctions.values()],
      },
    };
  }
}
