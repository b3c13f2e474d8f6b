/**
 * The connections of a store: opened when they are needed, given back when a piece of work ends, opened anew with growing
 * pauses when they are lost. Made by open-store.ts. Must never give out a connection with an open transaction.
 */
import { closedError } from "./closed.ts";
import type { Connection, Driver } from "./driver.ts";
import { classify, isHopeless } from "./postgres-error.ts";

export interface Connections {
  /** Runs `work` with a connection that nobody else has meanwhile. @throws what `work` throws, or the driver's error. */
  use<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Waits for what is under way, then closes them all. Later work rejects. */
  close(): Promise<void>;
}

export interface ConnectionsOptions {
  driver: Driver;
  /** At least 1. */
  max: number;
  /** Milliseconds for which an unreachable server is tried again before work fails. */
  patienceMs: number;
}

const firstPauseMs = 50;
const longestPauseMs = 2_000;

/** `fraction`: 0 to 1, at random, so that nodes do not come back all at once. */
function pauseOf(tries: number, fraction: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** tries) * (0.5 + fraction / 2);
}

export function createConnections(options: ConnectionsOptions): Connections {
  return new Pool(options);
}

class Pool implements Connections {
  readonly #options: ConnectionsOptions;
  readonly #idle: Connection[] = [];
  readonly #waiting: ((turn: Connection | null) => void)[] = [];
  readonly #pauses = new Set<() => void>();
  #open = 0;
  #busy = 0;
  #closed = false;
  #whenQuiet: (() => void) | null = null;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    if (this.#closed) throw closedError();
    this.#busy += 1;
    try {
      return await this.#run(work);
    } finally {
      this.#busy -= 1;
      if (this.#busy === 0) this.#whenQuiet?.();
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const end of this.#pauses) end();
    if (this.#busy > 0)
      await new Promise<void>((resolve) => {
        this.#whenQuiet = resolve;
      });
    await Promise.all(this.#idle.splice(0).map((connection) => connection.close()));
  }

  async #run<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    let connection: Connection | null = null;
    try {
      connection = await this.#takePlace();
      connection ??= await this.#connect();
      return await work(connection);
    } finally {
      this.#givePlaceBack(connection === null ? null : await tidy(connection));
    }
  }

  /** A connection; null for the right to open one. */
  async #takePlace(): Promise<Connection | null> {
    for (let next = this.#idle.pop(); next !== undefined; next = this.#idle.pop()) {
      if (next.isAlive()) return next;
      this.#open -= 1;
    }
    if (this.#open < this.#options.max) {
      this.#open += 1;
      return null;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #givePlaceBack(connection: Connection | null): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next(connection);
    else if (connection !== null) this.#idle.push(connection);
    else this.#open -= 1;
  }

  async #connect(): Promise<Connection> {
    const { driver, patienceMs } = this.#options;
    const until = performance.now() + patienceMs;
    for (let tries = 0; ; tries += 1) {
      if (this.#closed) throw closedError();
      try {
        return await driver.connect();
      } catch (error) {
        const hopeless = isHopeless(error) || classify(error) === "refused";
        if (this.#closed || hopeless || performance.now() >= until) throw error;
      }
      await this.#pause(pauseOf(tries, Math.random()));
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#pauses.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#pauses.add(end);
    });
  }
}

/** Ends what a failed piece of work left open. Null: the connection is of no more use. */
async function tidy(connection: Connection): Promise<Connection | null> {
  if (!connection.isAlive()) return null;
  if (!connection.inTransaction()) return connection;
  try {
    await connection.send([{ text: "ROLLBACK", values: [] }]);
    return connection;
  } catch {
    connection.destroy();
    return null;
  }
}
