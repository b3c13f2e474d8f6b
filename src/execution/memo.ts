/**
 * What a run remembers, and the order in which it came to know it. Read by the replay machine for every step call,
 * so it never copies, checks or re-serializes what is remembered.
 */
import type { MemoizedStep } from "../protocol/call.ts";
import type { EmittedOpcode } from "../steps/index.ts";

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
  readonly #order: string[];
  #next = 0;
  #positions: Map<string, number> | null = null;

  /** @param order ids as their outputs were saved; when empty, the order of the steps' keys. */
  constructor(steps: Record<string, MemoizedStep>, order: readonly string[]) {
    this.#steps = steps;
    this.#order = order.length > 0 ? [...order] : Object.keys(steps);
  }

  /** @param op an event that was waited for is remembered bare, and its `data` is not the step's. */
  get(id: string, op?: EmittedOpcode): Remembered {
    const step = Object.hasOwn(this.#steps, id) ? (this.#steps[id] as unknown) : undefined;
    if (step === undefined) return NOTHING;
    if (step === null) return NULL;
    if (typeof step !== "object") return { type: "data", data: step };
    const { type, data, error, input } = step as { type?: unknown; data?: unknown; error?: unknown; input?: unknown };
    if (type === "input" && Array.isArray(input)) return { type: "input", input };
    if (type === "error" || (type === undefined && error !== undefined && error !== null))
      return { type: "error", error };
    if (op === "WaitForEvent" && "name" in step) return { type: "data", data: step };
    if (type === "data" || "data" in step) return { type: "data", data: data === undefined ? null : data };
    return { type: "data", data: step };
  }

  /** Says that a step's output has been saved just now, after all others. */
  append(id: string): void {
    if (Object.hasOwn(this.#steps, id)) return;
    this.#positions?.set(id, this.#order.length);
    this.#order.push(id);
  }

  /** Ids of steps that have ended and are not among those given. Walks over everything: for messages only. */
  otherThan(ids: ReadonlySet<string>): string[] {
    return this.#order.filter((id) => !ids.has(id) && this.get(id).type !== "input");
  }

  /** How many steps have ended. */
  get size(): number {
    return this.#order.length;
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
