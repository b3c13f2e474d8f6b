/**
 * Debounces: the last event under a key, and when its run starts. Writes for commit.ts, reads for open-store.ts.
 * The deadline moves with every event; the queue item stays where it is and is put back when it fires too early.
 */
import type { QueuePut } from "../../domain/queue-item.ts";
import { debouncePut } from "../../domain/queue-puts.ts";
import type { DebounceAdd, DebounceTake } from "../../domain/transition.ts";
import type { DebounceRecord } from "../../ports/store.ts";
import type { Database } from "./database.ts";
import { takeRateLimits } from "./rate-limits.ts";
import { limitReached, repeatedEvent } from "./refusals.ts";
import { isKeyUsed } from "./runs.ts";

interface DebounceRow {
  key: string;
  function_id: string;
  event_id: string;
  event_ts: number;
  first_at: number;
  due_at: number;
  item_id: string;
  item_due_at: number;
}

/** Returns the item to put, null when there is to be none, or why the event is as if it had not come. */
export function addDebounce(database: Database, add: DebounceAdd): QueuePut | null | { refused: string } {
  if (add.idempotencyKey !== null && isKeyUsed(database, add.idempotencyKey, add.now))
    return { refused: repeatedEvent };
  const full = takeRateLimits(database, add.rateLimits, add.now);
  if (full !== null) return { refused: limitReached(full) };
  const known = readDebounce(database, add.key);
  const firstAt = known?.first_at ?? add.now;
  const dueAt =
    add.timeoutMs === null ? add.now + add.periodMs : Math.min(add.now + add.periodMs, firstAt + add.timeoutMs);
  const isLater = known === undefined || add.eventTs >= known.event_ts;
  const itemDueAt = known === undefined ? Number.POSITIVE_INFINITY : getItemDueAt(database, known);
  // A shorter period than before needs an item of its own; the old one finds itself replaced and goes.
  const needsItem = known === undefined || dueAt < itemDueAt;
  const itemId = needsItem ? `debounce:${add.functionId}:${add.eventId}` : known.item_id;
  database.run(
    `INSERT OR REPLACE INTO debounces (key, function_id, event_id, event_ts, first_at, due_at, item_id, item_due_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    add.key,
    add.functionId,
    isLater ? add.eventId : known.event_id,
    isLater ? add.eventTs : known.event_ts,
    firstAt,
    dueAt,
    itemId,
    needsItem ? dueAt : itemDueAt,
  );
  return needsItem ? debouncePut(add.functionId, itemId, add.key, dueAt) : null;
}

/** Later than it was put for when the item has looked and gone back to sleep. */
function getItemDueAt(database: Database, { item_id, item_due_at }: DebounceRow): number {
  return database.get<{ due_at: number }>("SELECT due_at FROM queue WHERE id = ?", item_id)?.due_at ?? item_due_at;
}

/** Whether it stands as it was read: no event came since. */
export function isDebounceAsRead(database: Database, take: DebounceTake): boolean {
  const known = readDebounce(database, take.key);
  return known !== undefined && known.event_id === take.eventId && known.due_at === take.dueAt;
}

export function deleteDebounce(database: Database, key: string): void {
  database.run("DELETE FROM debounces WHERE key = ?", key);
}

export function getDebounce(database: Database, key: string): DebounceRecord | null {
  const row = readDebounce(database, key);
  if (row === undefined) return null;
  return { key, functionId: row.function_id, eventId: row.event_id, dueAt: row.due_at, itemId: row.item_id };
}

function readDebounce(database: Database, key: string): DebounceRow | undefined {
  return database.get<DebounceRow>("SELECT * FROM debounces WHERE key = ?", key);
}
