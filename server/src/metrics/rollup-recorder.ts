/**
 * Counts what this engine does, and adds it to the rollups in the store: every five seconds while anything happens, so that a
 * transition costs no statement, however many there are. Made by create-metrics. A crash loses what was counted since the last time,
 * five seconds or so of this engine; a stop loses nothing. What the store does not take is offered again, under the same number.
 */
import { addTally, emptyFigures, type Figures, mergeFigures } from "../domain/metrics/figures.ts";
import {
  bucketStart,
  bucketUnits,
  keptMs,
  type RollupBatch,
  type RollupRecord,
  type RollupUnit,
} from "../domain/metrics/rollup.ts";
import type { Tally } from "../domain/metrics/tally.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Meter } from "../ports/meter.ts";
import type { Store } from "../ports/store.ts";

/** Where rollups go. */
export type RollupStore = Pick<Store, "addRollups" | "sweepRollups">;

export interface RecorderOptions {
  store: RollupStore;
  clock: Clock;
  logger: Logger;
  /** A name that no other engine has. */
  writer: string;
}

export interface RollupRecorder extends Meter {
  /** Adds what was counted so far to the store. @throws EngineError what the store throws: it is offered again. */
  flush(): Promise<void>;
  /** Adds what is left, then counts on without adding. Never rejects. */
  stop(): Promise<void>;
}

/** Each time reads, adds to and writes the figures of everything that was counted. */
const flushEveryMs = 5000;
/** After a store that did not take it. */
const againMs = 10_000;
const sweepEveryMs = 3_600_000;

const units: readonly RollupUnit[] = [...bucketUnits, "ever"];

/** Of one minute, by whose they are. */
type Counted = Map<string, { kind: RollupRecord["kind"]; id: string; figures: Figures }>;

export function createRollupRecorder(options: RecorderOptions): RollupRecorder {
  return new StoreRecorder(options);
}

class StoreRecorder implements RollupRecorder {
  readonly #options: RecorderOptions;
  /** By the beginning of a minute. */
  #counted = new Map<number, Counted>();
  /** Offered to the store, which may have taken it. */
  #offered: RollupBatch | null = null;
  #sequence = 0;
  #flushing: Promise<void> | null = null;
  #timer: Timer | null = null;
  #sweptAt: number | null = null;
  #stopped = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  count(tallies: readonly Tally[]): void {
    const now = this.#options.clock.now();
    const minute = bucketStart("minute", now);
    let counted = this.#counted.get(minute);
    if (counted === undefined) {
      counted = new Map();
      this.#counted.set(minute, counted);
    }
    for (const tally of tallies) {
      addTally(figuresOf(counted, "function", tally.functionId), tally, now);
      if (tally.kind === "call") addTally(figuresOf(counted, "app", tally.appId), tally, now);
    }
    this.#flushIn(flushEveryMs);
  }

  async flush(): Promise<void> {
    // What is under way may have begun before what the caller wants to see was counted.
    await this.#flushing?.catch(() => undefined);
    this.#flushing ??= this.#write().finally(() => {
      this.#flushing = null;
    });
    await this.#flushing;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.flush().catch((error: unknown) => this.#warn(error));
  }

  async #write(): Promise<void> {
    const { store, clock } = this.#options;
    await this.#offer();
    this.#offered = this.#take();
    // What is counted meanwhile waits for the next time: a busy engine would write on and on.
    await this.#offer();
    const now = clock.now();
    if (this.#sweptAt !== null && now - this.#sweptAt < sweepEveryMs) return;
    this.#sweptAt = now;
    const [minute, hour, day] = bucketUnits.map((unit) => now - keptMs[unit]) as [number, number, number];
    await store.sweepRollups({ minute, hour, day });
  }

  async #offer(): Promise<void> {
    if (this.#offered === null) return;
    await this.#options.store.addRollups(this.#offered);
    this.#offered = null;
  }

  /** What was counted, as rows of all units. Null for nothing. */
  #take(): RollupBatch | null {
    if (this.#counted.size === 0) return null;
    const rows = new Map<string, RollupRecord>();
    for (const [minute, counted] of this.#counted) {
      for (const { kind, id, figures } of counted.values())
        for (const unit of units) addRow(rows, { unit, at: bucketStart(unit, minute), kind, id, figures });
    }
    this.#counted = new Map();
    this.#sequence += 1;
    const { writer, clock } = this.#options;
    return { writer, sequence: this.#sequence, now: clock.now(), rows: [...rows.values()] };
  }

  #flushIn(ms: number): void {
    if (this.#timer !== null || this.#stopped) return;
    const { clock } = this.#options;
    this.#timer = clock.setTimer(clock.now() + ms, () => {
      this.#timer = null;
      this.flush().catch((error: unknown) => {
        this.#warn(error);
        this.#flushIn(againMs);
      });
    });
  }

  #warn(error: unknown): void {
    this.#options.logger.warn({ error: String(error) }, "Metrics could not be stored");
  }
}

function figuresOf(counted: Counted, kind: RollupRecord["kind"], id: string): Figures {
  const key = `${kind} ${id}`;
  const known = counted.get(key);
  if (known !== undefined) return known.figures;
  const figures = emptyFigures();
  counted.set(key, { kind, id, figures });
  return figures;
}

function addRow(rows: Map<string, RollupRecord>, row: RollupRecord): void {
  const key = `${row.unit} ${row.at} ${row.kind} ${row.id}`;
  const known = rows.get(key);
  const figures = known?.figures ?? emptyFigures();
  mergeFigures(figures, row.figures);
  if (known === undefined) rows.set(key, { ...row, figures });
}
