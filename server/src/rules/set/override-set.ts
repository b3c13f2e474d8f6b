/**
 * The limits of a working set that people have set over those of the code. Made by working-set.ts; overrides.ts decides over it.
 * Asked for every lane with limits whose turn it is.
 */
import type { LimitOverride, LimitTarget } from "../../domain/limit-override.ts";
import type { PutChanges } from "../changes.ts";
import type { Source } from "../source.ts";
import { noPuts } from "./row-table.ts";

export class OverrideSet {
  readonly #source: Source;
  /** By target; null for one that was removed. */
  #changed: Map<string, { target: LimitTarget; override: LimitOverride | null }> | null = null;

  constructor(source: Source) {
    this.#source = source;
  }

  all(): readonly LimitOverride[] {
    const stored = this.#source.limitOverrides({});
    const changed = this.#changed;
    if (changed === null) return stored;
    const own = [...changed.values()].flatMap(({ override }) => override ?? []);
    return [...stored.filter((override) => !changed.has(textOf(override))), ...own];
  }

  /** In the place of one of the same target. */
  put(override: LimitOverride): void {
    this.#note(override, override);
  }

  remove(target: LimitTarget): void {
    this.#note(target, null);
  }

  changes(): PutChanges<LimitTarget, LimitOverride> {
    if (this.#changed === null) return noPuts;
    const changed = [...this.#changed.values()];
    return {
      removed: changed.flatMap(({ target, override }) => (override === null ? [target] : [])),
      put: changed.flatMap(({ override }) => override ?? []),
    };
  }

  #note({ functionId, control, entry }: LimitTarget, override: LimitOverride | null): void {
    const target = { functionId, control, entry };
    this.#changed ??= new Map();
    this.#changed.set(textOf(target), { target, override });
  }
}

function textOf({ functionId, control, entry }: LimitTarget): string {
  return JSON.stringify([functionId, control, entry]);
}
