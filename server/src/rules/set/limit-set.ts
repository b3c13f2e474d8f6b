/**
 * Rate limits of a working set, and the starts that they remember. Made by working-set.ts; rate-limits.ts decides over it.
 */
import type { Changes } from "../changes.ts";
import type { RateLimitRow } from "../rows.ts";
import type { Source } from "../source.ts";

export type LimitRow = RateLimitRow & { key: string; expiresAt: number };
type Hit = Changes["rateLimitHits"][number];

/** So many times as many expired ones are asked for when those known are used up. */
const askedMore = 32;

export class LimitSet {
  readonly #source: Source;
  readonly #known = new Map<string, RateLimitRow | null>();
  readonly #put = new Map<string, LimitRow>();
  readonly #removed = new Set<string>();
  readonly #hits = new Map<string, Hit>();
  readonly #forgotten = new Map<string, number>();
  /** Expired ones, as far as they were asked for. Null: they were not. */
  #expired: readonly string[] | null = null;
  #asked = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  /** `limit`: what its starts are held against. */
  get(key: string, limit: number): RateLimitRow | null {
    let row = this.#known.get(key);
    if (row === undefined) {
      row = this.#source.rateLimit({ key, limit });
      this.#known.set(key, row);
    }
    return row;
  }

  put(row: LimitRow): void {
    this.#known.set(row.key, row);
    this.#put.set(row.key, row);
  }

  /** When the start with this number was; null when it is not remembered. */
  hitAt(key: string, number: number): number | null {
    const own = this.#hits.get(`${number} ${key}`);
    if (own !== undefined) return own.at;
    return number <= (this.#forgotten.get(key) ?? -1) ? null : this.#source.rateLimitHit({ key, number });
  }

  addHit(hit: Hit): void {
    this.#hits.set(`${hit.number} ${hit.key}`, hit);
  }

  forgetHits(key: string, upTo: number): void {
    this.#forgotten.set(key, upTo);
  }

  /** Of those that nothing was counted under in this set: keys that say nothing any more. */
  expired(now: number, limit: number): readonly string[] {
    const isLeft = (key: string): boolean => !this.#put.has(key) && !this.#removed.has(key);
    const known = (this.#expired ?? this.#askExpired(now, limit)).filter(isLeft);
    if (known.length >= limit || (this.#expired ?? []).length < this.#asked) return known.slice(0, limit);
    // Each start of a group forgets some, so the next ones need more.
    return this.#askExpired(now, this.#asked * askedMore)
      .filter(isLeft)
      .slice(0, limit);
  }

  #askExpired(now: number, limit: number): readonly string[] {
    this.#asked = limit;
    this.#expired = this.#source.expiredLimits({ now, limit });
    return this.#expired;
  }

  remove(key: string): void {
    this.#known.set(key, null);
    this.#removed.add(key);
  }

  changes(): Pick<Changes, "rateLimits" | "rateLimitHits" | "forgottenHits"> {
    return {
      rateLimits: { removed: [...this.#removed], put: [...this.#put.values()] },
      rateLimitHits: [...this.#hits.values()],
      forgottenHits: [...this.#forgotten].map(([key, upTo]) => ({ key, upTo })),
    };
  }
}
