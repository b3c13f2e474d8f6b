/**
 * `GET /v2/dead-letter-groups`: dead letters that failed with the same, put together: of one function, with one name, and
 * with messages that differ only in numbers and ids. At most some thousand are looked at, newest first; the answer says so.
 * `GET /v2/dead-letter-count`: how many there are, up to 99, for what stands beside every page: one short read.
 */

import type { DeadLetterRecord } from "../../../domain/run/dead-letter.ts";
import type { DeadLetterGroupAnswer } from "../../answers.ts";
import type { Api } from "../../api-parts.ts";
import { iso } from "../../moment.ts";
import { createLookup, functionName } from "../lookup.ts";
import type { V2Parts } from "../v2-parts.ts";

const pageSize = 500;
const lettersMax = 5000;
const countMax = 100;
/** Ids that a group gives along, so that all of it can be acted on. */
const idsMax = 1000;
const bucketMs = 3_600_000;
const buckets = 24;

interface Group {
  functionId: string;
  name: string;
  message: string;
  letters: DeadLetterRecord[];
}

/** What changes from one error to the next: numbers, ids, quoted texts. */
function toFingerprint(message: string): string {
  return message
    .replaceAll(/[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "…")
    .replaceAll(/"[^"]*"|'[^']*'/g, "…")
    .replaceAll(/\d+/g, "…");
}

function errorOf({ error }: DeadLetterRecord): { name: string; message: string } {
  const parsed = (JSON.parse(error) ?? {}) as { name?: unknown; message?: unknown };
  const text = (value: unknown, other: string): string => (typeof value === "string" ? value : other);
  return { name: text(parsed.name, "Error"), message: text(parsed.message, "").split("\n", 1)[0] ?? "" };
}

async function readLetters({ store }: V2Parts): Promise<DeadLetterRecord[]> {
  const letters: DeadLetterRecord[] = [];
  for (;;) {
    const cursor = letters.at(-1)?.runId;
    const page = await store.listDeadLetters({ limit: pageSize, ...(cursor === undefined ? {} : { cursor }) });
    letters.push(...page);
    if (page.length < pageSize || letters.length >= lettersMax) return letters;
  }
}

function toGroups(letters: readonly DeadLetterRecord[]): Group[] {
  const groups = new Map<string, Group>();
  for (const letter of letters) {
    const { name, message } = errorOf(letter);
    const key = JSON.stringify([letter.functionId, name, toFingerprint(message)]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { functionId: letter.functionId, name, message, letters: [letter] });
    else known.letters.push(letter);
  }
  return [...groups.values()].sort((left, right) => right.letters.length - left.letters.length);
}

/** How many failed in each of the last 24 hours, oldest first. */
function perHour(letters: readonly DeadLetterRecord[], now: number): number[] {
  const counts = new Array<number>(buckets).fill(0);
  for (const { failedAt } of letters) {
    const index = buckets - 1 - Math.floor((now - failedAt) / bucketMs);
    if (index >= 0 && index < buckets) counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

export function addDeadLetterGroupRoutes(app: Api, parts: V2Parts): void {
  const lookup = createLookup(parts);
  const present = ({ functionId, name, message, letters }: Group): DeadLetterGroupAnswer => {
    const times = letters.map(({ failedAt }) => failedAt);
    return {
      function: functionName(lookup(functionId), functionId),
      error: { name, message: message.slice(0, 300) },
      count: letters.length,
      firstAt: iso(times.reduce((least, time) => Math.min(least, time))),
      lastAt: iso(times.reduce((most, time) => Math.max(most, time))),
      perHour: perHour(letters, parts.clock.now()),
      runIds: letters.slice(0, idsMax).map(({ runId }) => runId),
    };
  };
  app.get("/dead-letter-count", async () => {
    const found = await parts.store.listDeadLetters({ limit: countMax });
    return parts.answer({ count: Math.min(found.length, countMax - 1), isAll: found.length < countMax });
  });
  app.get("/dead-letter-groups", async () => {
    const letters = await readLetters(parts);
    const data = { groups: toGroups(letters).map(present), looked: letters.length, isAll: letters.length < lettersMax };
    return parts.answer(data);
  });
}
