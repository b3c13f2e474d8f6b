/**
 * What a run remembers, and the order in which it came to know it. Read by the replay machine for every step call,
 * so it never copies, checks or re-serializes what is remembered.
 */
import type { MemoizedStep } from "../protocol/call.ts";
import type { EmittedOpcode } from "../steps/index.ts";

/** What a step call finds in memory: how the step ended, or arguments that replace its own. Null: nothing. */
export type Remembered = { type: "data" | "error"; value: unknown } | { type: "input"; value: unknown[] } | null;

function isOnly(step: object, key: string): boolean {
  return Object.keys(step).length === 1 && key in step;
}

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
    const step: unknown = Object.hasOwn(this.#steps, id) ? this.#steps[id] : undefined;
    if (step === undefined) return null;
    if (typeof step !== "object" || step === null) return { type: "data", value: step };
    const { type, data, error, input } = step as { type?: unknown; data?: unknown; error?: unknown; input?: unknown };
    if (Array.isArray(input) && (type === "input" || isOnly(step, "input"))) return { type: "input", value: input };
    if (type === "error" || (type === undefined && error !== undefined && error !== null))
      return { type: "error", value: error };
    const isBare = (op === "WaitForEvent" && "name" in step) || (type !== "data" && !("data" in step));
    if (isBare) return { type: "data", value: step };
    // Middleware may have read an undefined out of what was stored; JSON holds none.
    return { type: "data", value: data ?? (type === "data" && "data" in step ? data : null) };
  }

  /** Says that a step's output has been saved just now, after all others. */
  append(id: string): void {
    if (Object.hasOwn(this.#steps, id)) return;
    this.#positions?.set(id, this.#order.length);
    this.#order.push(id);
  }

  /** Ids of steps that have ended and are not among those given. Walks over everything: for messages only. */
  otherThan(ids: ReadonlySet<string>): string[] {
    return this.#order.filter((id) => !ids.has(id) && this.get(id)?.type !== "input");
  }

  /** How many steps have ended. */
  get size(): number {
    return this.#order.length;
  }

  /**
   * Takes the first in the saved order of those that wait.
   * @param passOver whether ids that the code did not call may be passed over.
   * @returns null when the one that comes next does not wait and may not be passed over.
   */
  take(waiting: ReadonlyMap<string, unknown>, passOver: boolean): string | null {
    const next = this.#order[this.#next];
    if (next !== undefined && waiting.has(next)) {
      this.#next++;
      return next;
    }
    if (!passOver) return null;
    this.#positions ??= new Map(this.#order.map((id, position) => [id, position]));
    const end = this.#order.length;
    let first: string | null = null;
    let firstPosition = end;
    for (const id of waiting.keys()) {
      const position = this.#positions.get(id) ?? end;
      if (first !== null && position >= firstPosition) continue;
      first = id;
      firstPosition = position;
    }
    if (firstPosition >= this.#next && firstPosition < end) this.#next = firstPosition + 1;
    return first;
  }
}
