/**
 * Ids of the items of crons. A function that is dropped and comes back gets items with other ids, so that whoever still works on an
 * old one can never show a lease that holds. Used by crons, which makes them, and by the rules, which find those of the same cron.
 */
import { createHash } from "node:crypto";

/** `settings`: the expression, and what else makes it another cron of the function. `birth`: unique. */
export function cronItemId(functionId: string, settings: string, birth: string): string {
  return `cron:${functionId}:${createHash("sha1").update(settings).digest("hex").slice(0, 16)}:${birth}`;
}

/** What all items of one cron of a function share, whenever they were put. Older ids are nothing else. */
export function cronNameOf(itemId: string): string {
  return itemId.split(":").slice(0, 3).join(":");
}
