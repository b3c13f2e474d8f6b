/**
 * Which calls may be under way at a place (an origin, or this process) at the same time. After a crash with several calls under
 * way each of them is a suspect, and suspects are called one at a time while the place's other calls wait. In memory: whether an
 * item is a suspect stands on it. Used by app-gate. Must cost next to nothing while nobody is a suspect.
 */
import type { QueueItem } from "../../domain/queue/queue-item.ts";
import type { Timer } from "../../ports/clock.ts";
import type { GateParts } from "./gate-parts.ts";

/** A suspect is alone for so long before others may join it, twice as long with each crash in company. Milliseconds. */
const patienceMs = 10_000;
const longestPatienceMs = 7_200_000;
/** How long the others have the place to themselves after it has been closed to them for long. */
const openMs = 10_000;
/** Closed for this long, a place opens for a while although suspects are left. */
const closedMaxMs = 20_000;
/** An item that was called up comes within this, or its run has ended. */
const comesMs = 5_000;
/** Who waits here looks again by itself after this. */
const holdMs = 30_000;

interface Call {
  /** No other call was under way at the place since it began. */
  alone: boolean;
  /** Suspects do not wait for its end. */
  isLong: boolean;
}

/** How a call ended, for who counts its crashes. */
export interface CallEnd {
  alone: boolean;
  /** It was the suspect being tried. */
  tried: boolean;
}

interface Place {
  name: string;
  calls: Map<string, Call>;
  trial: { itemId: string; until: number } | null;
  /** Called up for a trial. */
  next: { itemId: string; until: number } | null;
  suspects: Set<string>;
  held: Set<string>;
  /** Since when others are kept out; null while they are not. */
  closedAt: number | null;
  openUntil: number;
  timer: Timer | null;
}

function isSuspect({ crashes, suspicion }: QueueItem): boolean {
  return crashes > 0 || suspicion > 0;
}

function patienceOf({ suspicion }: QueueItem): number {
  return Math.min(patienceMs * 2 ** Math.max(suspicion - 1, 0), longestPatienceMs);
}

export class Trials {
  readonly #parts: GateParts;
  readonly #forward: (itemIds: string[]) => void;
  readonly #places = new Map<string, Place>();

  constructor(parts: GateParts, forward: (itemIds: string[]) => void) {
    this.#parts = parts;
    this.#forward = forward;
  }

  /** Null: the call has begun, and `leave` must follow. Else when the item is to look again at the latest. */
  enter(name: string, item: QueueItem): number | null {
    const place = this.#placeOf(name);
    const mayBegin = isSuspect(item) ? this.#mayBeTried(place, item) : this.#isOpen(place);
    if (!mayBegin) return this.#parts.clock.now() + holdMs;
    this.#begin(place, item);
    return null;
  }

  /** It is put back and waits: it is due at once when its turn has come. */
  waits(name: string, item: QueueItem): void {
    const place = this.#placeOf(name);
    if (isSuspect(item)) this.#suspect(place, item.id);
    else place.held.add(item.id);
    this.#advance(place);
  }

  leave(name: string, itemId: string): CallEnd {
    const place = this.#placeOf(name);
    const { alone } = place.calls.get(itemId) ?? { alone: false };
    const tried = place.trial?.itemId === itemId;
    place.calls.delete(itemId);
    if (tried) place.trial = null;
    if (!isQuiet(place)) this.#advance(place);
    else if (place.calls.size === 0) this.#places.delete(name);
    return { alone, tried };
  }

  stop(): void {
    for (const place of this.#places.values()) place.timer?.cancel();
    this.#places.clear();
  }

  #placeOf(name: string): Place {
    let place = this.#places.get(name);
    if (place === undefined) {
      place = {
        name,
        calls: new Map(),
        trial: null,
        next: null,
        suspects: new Set(),
        held: new Set(),
        closedAt: null,
        openUntil: 0,
        timer: null,
      };
      this.#places.set(name, place);
    }
    return place;
  }

  #isOpen(place: Place): boolean {
    return isQuiet(place) || (place.trial === null && this.#parts.clock.now() < place.openUntil);
  }

  #suspect(place: Place, itemId: string): void {
    if (place.closedAt === null && place.suspects.size === 0)
      this.#parts.logger.warn(
        { app: place.name },
        "An app went away in the middle of several calls; they are tried one at a time",
      );
    place.suspects.add(itemId);
    place.closedAt ??= Math.max(this.#parts.clock.now(), place.openUntil);
  }

  #mayBeTried(place: Place, item: QueueItem): boolean {
    const now = this.#parts.clock.now();
    if (place.trial !== null || now < place.openUntil) return false;
    if (place.next !== null && place.next.itemId !== item.id && now < place.next.until) return false;
    return isDrained(place) || (place.closedAt !== null && now >= place.closedAt + patienceMs);
  }

  #begin(place: Place, item: QueueItem): void {
    const { calls } = place;
    if (calls.size === 1) for (const call of calls.values()) call.alone = false;
    if (isSuspect(item)) {
      place.suspects.delete(item.id);
      place.next = null;
      for (const call of calls.values()) call.isLong = true;
      place.closedAt ??= this.#parts.clock.now();
      place.trial = { itemId: item.id, until: this.#parts.clock.now() + patienceOf(item) };
      this.#wakeAt(place, place.trial.until);
    }
    calls.set(item.id, { alone: calls.size === 0, isLong: false });
  }

  #advance(place: Place): void {
    const at = this.#step(place, this.#parts.clock.now());
    if (at !== null) this.#wakeAt(place, at);
  }

  /** Calls up whose turn it is. Returns when this is to be asked again; null when nothing is left to see to. */
  #step(place: Place, now: number): number | null {
    if (place.trial !== null && now >= place.trial.until) {
      const call = place.calls.get(place.trial.itemId);
      if (call !== undefined) call.isLong = true;
      place.trial = null;
      this.#open(place, now);
    }
    if (place.trial !== null) return place.trial.until;
    if (place.next !== null && now >= place.next.until) place.next = null;
    if (place.suspects.size === 0 && place.next === null) {
      this.#letGo(place);
      return null;
    }
    const isLongClosed = place.closedAt !== null && now - place.closedAt >= closedMaxMs;
    if (isLongClosed && place.held.size > 0 && place.next === null) this.#open(place, now);
    if (now < place.openUntil) return place.openUntil;
    place.closedAt ??= now;
    return place.next?.until ?? this.#callUp(place, place.closedAt, now);
  }

  #callUp(place: Place, closedAt: number, now: number): number | null {
    if (!isDrained(place) && now < closedAt + patienceMs) return closedAt + patienceMs;
    const [itemId] = place.suspects;
    if (itemId === undefined) return null;
    place.suspects.delete(itemId);
    place.next = { itemId, until: now + comesMs };
    this.#forward([itemId]);
    return place.next.until;
  }

  /** The others may begin for a while. */
  #open(place: Place, now: number): void {
    place.openUntil = now + openMs;
    place.closedAt = null;
    this.#forwardHeld(place);
  }

  #letGo(place: Place): void {
    place.timer?.cancel();
    place.timer = null;
    place.closedAt = null;
    this.#forwardHeld(place);
    if (place.calls.size === 0) this.#places.delete(place.name);
  }

  #forwardHeld(place: Place): void {
    const held = [...place.held];
    place.held.clear();
    if (held.length > 0) this.#forward(held);
  }

  #wakeAt(place: Place, at: number): void {
    place.timer?.cancel();
    place.timer = this.#parts.clock.setTimer(at, () => {
      place.timer = null;
      this.#advance(place);
    });
  }
}

/** No suspect is tried here, and none waits for that. */
function isQuiet(place: Place): boolean {
  return (
    place.trial === null &&
    place.next === null &&
    place.suspects.size === 0 &&
    place.held.size === 0 &&
    place.closedAt === null
  );
}

function isDrained(place: Place): boolean {
  for (const call of place.calls.values()) if (!call.isLong) return false;
  return true;
}
