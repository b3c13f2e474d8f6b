/**
 * What a run remembers, and the order in which it came to know it. Read by the replay machine for every step call,
 * so it never copies, checks or re-serializes what is remembered.
 */
import type { MemoizedStep } from "../protocol/call.ts";

/** What a step call finds in memory. */
export type Remembered =
  | { type: "data"; data: unknown }
  | { type: "error"; error: unknown }
  | { type: "input"; input: unknown[] }
  | { type: "nothing" };

const NOTHING: Remembered = { type: "nothing" };
const NULL: Remembered = { type: "data", data: null };

export class Memo {
  readonly #steps: Record<string, MemoizedStep>;
  readonly #order: readonly string[];
  #next = 0;
  #positions: Map<string, number> | null = null;

  /** @param order ids as their outputs were saved; when empty, the order of the steps' keys. */
  constructor(steps: Record<string, MemoizedStep>, order: readonly string[]) {
    this.#steps = steps;
    this.#order = order.length > 0 ? order : Object.keys(steps);
  }

  get(id: string): Remembered {
    const step = this.#steps[id] as unknown;
    if (step === undefined) return NOTHING;
    if (step === null) return NULL;
    if (typeof step !== "object") return { type: "data", data: step };
    const { type, data, error, input } = step as { type?: unknown; data?: unknown; error?: unknown; input?: unknown };
    if (type === "input" && Array.isArray(input)) return { type: "input", input };
    if (type === "error" || (type === undefined && error !== undefined && error !== null))
      return { type: "error", error };
    if (type === "data" || "data" in step) return { type: "data", data: data === undefined ? null : data };
    return { type: "data", data: step };
  }

  /** Takes the id that comes next in the saved order, if it is among those that wait; else null. */
  takeNext(waiting: ReadonlyMap<string, unknown>): string | null {
    const id = this.#order[this.#next];
    if (id === undefined || !waiting.has(id)) return null;
    this.#next++;
    return id;
  }

  /** Takes the first in the saved order of those that wait, passing over ids that the code did not call. */
  takeAny(waiting: ReadonlyMap<string, unknown>): string | null {
    this.#positions ??= new Map(this.#order.map((id, position) => [id, position]));
    let first: string | null = null;
    let firstPosition = Number.POSITIVE_INFINITY;
    for (const id of waiting.keys()) {
      const position = this.#positions.get(id) ?? this.#order.length;
      if (first === null || position < firstPosition) {
        first = id;
        firstPosition = position;
      }
    }
    if (firstPosition >= this.#next && firstPosition < this.#order.length) this.#next = firstPosition + 1;
    return first;
  }
}
