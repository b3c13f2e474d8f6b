/**
 * The pauses of a working set. Made by working-set.ts; pauses.ts decides over it. Asked for every item that calls an app.
 */
import type { PauseRecord } from "../../domain/pause.ts";
import type { PutChanges } from "../changes.ts";
import type { Source } from "../source.ts";
import { noPuts } from "./row-table.ts";

type Target = Pick<PauseRecord, "scope" | "targetId">;

export class PauseSet {
  readonly #source: Source;
  /** By target; null for one that was removed. */
  #changed: Map<string, { target: Target; pause: PauseRecord | null }> | null = null;

  constructor(source: Source) {
    this.#source = source;
  }

  all(): readonly PauseRecord[] {
    const stored = this.#source.pauses({});
    const changed = this.#changed;
    if (changed === null) return stored;
    const own = [...changed.values()].flatMap(({ pause }) => pause ?? []);
    return [...stored.filter((pause) => !changed.has(textOf(pause))), ...own];
  }

  /** In place of one of the same target. */
  put(pause: PauseRecord): void {
    this.#note(pause, pause);
  }

  remove(target: Target): void {
    this.#note(target, null);
  }

  changes(): PutChanges<Target, PauseRecord> {
    if (this.#changed === null) return noPuts;
    const changed = [...this.#changed.values()];
    return {
      removed: changed.flatMap(({ target, pause }) => (pause === null ? [target] : [])),
      put: changed.flatMap(({ pause }) => pause ?? []),
    };
  }

  #note({ scope, targetId }: Target, pause: PauseRecord | null): void {
    const target = { scope, targetId };
    this.#changed ??= new Map();
    this.#changed.set(textOf(target), { target, pause });
  }
}

function textOf({ scope, targetId }: Target): string {
  return `${scope} ${targetId}`;
}
