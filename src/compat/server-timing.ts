/** `ServerTiming` of the `internals` entry: measures parts of an answer for a `Server-Timing` header. */

interface Timed {
  description: string;
  /** Null: named, but not measured. */
  lengthMs: number | null;
}

/**
 * Collects how long parts of a request took.
 * @example
 * const timing = new ServerTiming.ServerTiming();
 * const rows = await timing.wrap("db", () => query());
 * response.headers.set("Server-Timing", timing.getHeader());
 */
export class ServerTiming {
  readonly #timed = new Map<string, Timed>();

  /** Begins a part. @returns what ends it. */
  start(name: string, description: string = name): () => void {
    const startMs = performance.now();
    return () => {
      const before = this.#timed.get(name)?.lengthMs ?? 0;
      this.#timed.set(name, { description, lengthMs: before + performance.now() - startMs });
    };
  }

  /** Names something that takes no time. */
  append(name: string, description: string): void {
    this.#timed.set(name, { description, lengthMs: null });
  }

  /** Measures a function. */
  async wrap<T>(name: string, work: () => T, description?: string): Promise<Awaited<T>> {
    const end = this.start(name, description);
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** The header's value. */
  getHeader(): string {
    return [...this.#timed].map(([name, timed]) => `${name}${parameters(timed)}`).join(", ");
  }
}

function parameters({ description, lengthMs }: Timed): string {
  const text = description.replace(/["\\]/g, (sign) => `\\${sign}`);
  return `;desc="${text}"${lengthMs === null ? "" : `;dur=${lengthMs.toFixed(1)}`}`;
}
