/**
 * Debounces: the last event under a key, and when its run starts. Called by starts.ts.
 * The deadline moves with every event; the queue item stays where it is and is put back when it fires too early.
 */
import type { QueuePut } from "../../domain/queue/queue-item.ts";
import { debouncePut } from "../../domain/queue/queue-puts.ts";
import type { DebounceAdd, DebounceTake } from "../../domain/transition.ts";
import type { DebounceRow } from "../rows.ts";
import type { WorkingSet } from "../working-set.ts";
import { isKeyUsed } from "./idempotency.ts";
import { takeRateLimits } from "./rate-limits.ts";
import { limitReached, repeatedEvent } from "./refusals.ts";

/** Returns the item to put, null when there is to be none, or why the event is as if it had not come. */
export function addDebounce(set: WorkingSet, add: DebounceAdd): QueuePut | null | { refused: string } {
  if (isKeyUsed(set, add.idempotencyKey, add.now)) return { refused: repeatedEvent };
  const full = takeRateLimits(set, add.rateLimits, add.now);
  if (full !== null) return { refused: limitReached(full) };
  const { key, functionId, eventId, eventTs, now } = add;
  const known = set.gathered.debounces.get(key);
  const firstAt = known?.firstAt ?? now;
  const dueAt = add.timeoutMs === null ? now + add.periodMs : Math.min(now + add.periodMs, firstAt + add.timeoutMs);
  const counted = known === null || eventTs >= known.eventTs ? { eventId, eventTs } : known;
  const itemDueAt = known === null ? Number.POSITIVE_INFINITY : currentDueAt(set, known);
  // A shorter period than before needs an item of its own; the old one finds itself replaced and goes.
  const needsItem = known === null || dueAt < itemDueAt;
  const itemId = needsItem ? `debounce:${functionId}:${eventId}` : known.itemId;
  set.gathered.debounces.put({
    ...{ key, functionId, firstAt, dueAt, itemId },
    ...{ eventId: counted.eventId, eventTs: counted.eventTs, itemDueAt: needsItem ? dueAt : itemDueAt },
  });
  return needsItem ? debouncePut(functionId, itemId, key, dueAt) : null;
}

/** Later than it was put for when the item has looked and gone back to sleep. */
function currentDueAt(set: WorkingSet, { itemId, itemDueAt }: DebounceRow): number {
  return set.items.dueAt(itemId) ?? itemDueAt;
}

/** Whether it stands as it was read: no event came since. */
export function isDebounceAsRead(set: WorkingSet, take: DebounceTake): boolean {
  const known = set.gathered.debounces.get(take.key);
  return known !== null && known.eventId === take.eventId && known.dueAt === take.dueAt;
}
