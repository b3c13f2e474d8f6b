/**
 * The events that a working set writes, and why they started nothing. Made by working-set.ts; starts.ts and waits.ts decide
 * over it.
 */
import type { EventRecord } from "../../domain/event.ts";
import type { Refusal } from "../../domain/run/refusal.ts";
import type { Source } from "../source.ts";

/** An event with an id that its sender has given to another one in this time is a repeat. */
export const repeatWindowMs: number = 24 * 60 * 60 * 1000;

export class EventSet {
  readonly #source: Source;
  readonly #added = new Map<string, EventRecord>();
  #refusals: Map<string, Refusal> | null = null;

  constructor(source: Source) {
    this.#source = source;
  }

  /** False when an event with this internal id is there already; that one stays. */
  add(event: EventRecord): boolean {
    const { internalId } = event;
    if (this.#added.has(internalId) || this.#source.hasEvent({ internalId })) return false;
    this.#added.set(internalId, event);
    return true;
  }

  /** Whether an event with the id that its sender gave this one, and its name, came within the 24 hours before it. */
  isRepeated({ id, internalId, name, receivedAt }: EventRecord): boolean {
    if (id === internalId) return false;
    const after = receivedAt - repeatWindowMs;
    for (const before of this.#added.values()) {
      if (before.internalId === internalId) break;
      const isSame = before.id === id && before.id !== before.internalId && before.name === name;
      if (isSame && before.receivedAt > after) return true;
    }
    return this.#source.isRepeated({ id, internalId, name, after });
  }

  /** Internal ids of events of a name received at `since` or later, repeats left out. */
  since(name: string, since: number): string[] {
    const own = [...this.#added.values()].filter(
      (event) => event.name === name && event.receivedAt >= since && !this.isRepeated(event),
    );
    return [...this.#source.eventsSince({ name, since }), ...own.map(({ internalId }) => internalId)];
  }

  /** The first reason counts. */
  refuse(refusal: Refusal): void {
    const { eventId, functionId } = refusal;
    const key = `${eventId} ${functionId}`;
    if (this.#refusals?.has(key) || this.#source.hasRefusal({ eventId, functionId })) return;
    this.#refusals ??= new Map();
    this.#refusals.set(key, refusal);
  }

  added(): EventRecord[] {
    return [...this.#added.values()];
  }

  refusals(): Refusal[] {
    return [...(this.#refusals?.values() ?? [])];
  }
}
