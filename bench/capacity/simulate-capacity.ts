/**
 * How many two-step runs a number of engines carries on a number of partitions, simulated with measured costs. Called by main. Pure:
 * the same costs give the same numbers.
 *
 * The model. A run is four transitions: its start, two steps, its end. An engine is one core that does one thing after the other, and
 * spends `engineMs` on each transition, calls of the app included. It always has `places` transitions under way. What waits is
 * committed in groups as the store makes them: at most 64 members, two groups at once, up to four when eight or more wait. A partition
 * is a Postgres of its own with `databaseCores` cores; a group occupies one of them for `databaseMs` a member, then waits for the next
 * write of its log, which takes `syncMs` and takes along all groups that are ready by then. An answer comes back after `tripMs`.
 * Engines are dealt out to partitions in turn, as each works in one namespace, which is what lies together.
 *
 * What it leaves out: rows that many engines want at once (limits with hot keys, names of events that are waited for), autovacuum,
 * checkpoints of the database, and engines that are not busy. So it says what is possible when work spreads out, not more.
 */
export interface Costs {
  engineMs: number;
  databaseMs: number;
  syncMs: number;
  tripMs: number;
  databaseCores: number;
  places: number;
}

export const transitionsPerRun = 4;
const largestGroup = 64;
const eagerGroups = 2;
const groupsAtOnce = 4;
const worthAnother = 8;
/** Simulated time that is left out at the beginning, and time that counts, in milliseconds. */
const warmUpMs = 1000;
const countedMs = 4000;

/** What happens later, the earliest first. */
class Agenda {
  now = 0;
  readonly #heap: { at: number; act: () => void }[] = [];

  in(ms: number, act: () => void): void {
    const heap = this.#heap;
    const entry = { at: this.now + ms, act };
    let place = heap.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if ((heap[parent]?.at ?? 0) <= entry.at) break;
      heap[place] = heap[parent] as typeof entry;
      place = parent;
    }
    heap[place] = entry;
  }

  /** Does what comes next; false when that is later than `end`. */
  next(end: number): boolean {
    const heap = this.#heap;
    const [first] = heap;
    if (first === undefined || first.at > end) return false;
    const last = heap.pop() as typeof first;
    if (heap.length > 0) this.#sink(last);
    this.now = first.at;
    first.act();
    return true;
  }

  #sink(entry: { at: number; act: () => void }): void {
    const heap = this.#heap;
    for (let place = 0; ; ) {
      let child = place * 2 + 1;
      if (child + 1 < heap.length && (heap[child + 1]?.at ?? 0) < (heap[child]?.at ?? 0)) child += 1;
      if (child >= heap.length || (heap[child]?.at ?? 0) >= entry.at) {
        heap[place] = entry;
        return;
      }
      heap[place] = heap[child] as typeof entry;
      place = child;
    }
  }
}

/** Some cores and what waits for one of them. */
class Cores {
  readonly #agenda: Agenda;
  readonly #waiting: { ms: number; done: () => void }[] = [];
  #free: number;

  constructor(agenda: Agenda, count: number) {
    this.#agenda = agenda;
    this.#free = count;
  }

  use(ms: number, done: () => void): void {
    this.#waiting.push({ ms, done });
    this.#begin();
  }

  #begin(): void {
    const next = this.#free > 0 ? this.#waiting.shift() : undefined;
    if (next === undefined) return;
    this.#free -= 1;
    this.#agenda.in(next.ms, () => {
      this.#free += 1;
      next.done();
      this.#begin();
    });
  }
}

/** Writes of a log: what comes while one goes on shares the next. */
class Log {
  readonly #agenda: Agenda;
  readonly #syncMs: number;
  #waiting: (() => void)[] = [];
  #writing = false;

  constructor(agenda: Agenda, syncMs: number) {
    this.#agenda = agenda;
    this.#syncMs = syncMs;
  }

  write(done: () => void): void {
    this.#waiting.push(done);
    if (!this.#writing) this.#begin();
  }

  #begin(): void {
    const written = this.#waiting;
    this.#waiting = [];
    this.#writing = written.length > 0;
    if (!this.#writing) return;
    this.#agenda.in(this.#syncMs, () => {
      for (const done of written) done();
      this.#begin();
    });
  }
}

/** Runs a second. */
export function simulateCapacity(engines: number, partitions: number, costs: Costs): number {
  const agenda = new Agenda();
  const databases = Array.from({ length: partitions }, () => ({
    cores: new Cores(agenda, costs.databaseCores),
    log: new Log(agenda, costs.syncMs),
  }));
  let committed = 0;
  const startEngine = (database: (typeof databases)[number]): void => {
    const core = new Cores(agenda, 1);
    let waiting = 0;
    let groups = 0;
    const ready = (): void => {
      waiting += 1;
      begin();
    };
    const begin = (): void => {
      while (waiting > 0 && groups < groupsAtOnce && (groups < eagerGroups || waiting >= worthAnother)) {
        const members = Math.min(waiting, largestGroup);
        waiting -= members;
        groups += 1;
        database.cores.use(members * costs.databaseMs, () =>
          database.log.write(() => agenda.in(costs.tripMs, () => end(members))),
        );
      }
    };
    const end = (members: number): void => {
      groups -= 1;
      if (agenda.now >= warmUpMs) committed += members;
      for (let each = 0; each < members; each += 1) core.use(costs.engineMs, ready);
      begin();
    };
    for (let each = 0; each < costs.places; each += 1) core.use(costs.engineMs, ready);
  };
  for (let engine = 0; engine < engines; engine += 1)
    startEngine(databases[engine % partitions] as (typeof databases)[number]);
  while (agenda.next(warmUpMs + countedMs));
  return (committed * 1000) / countedMs / transitionsPerRun;
}
