/** Ids that were seen lately: the oldest are forgotten. For who follows an engine for as long as it runs. */

export class RecentIds {
  readonly #ids = new Set<string>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Whether it is new. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > this.#max)
      for (const oldest of [...this.#ids].slice(0, this.#max / 10)) this.#ids.delete(oldest);
    return true;
  }
}
