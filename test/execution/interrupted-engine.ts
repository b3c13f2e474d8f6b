/**
 * A small engine in memory that loses answers, dies between checkpoints and refuses them, and still has to bring each run
 * to the end it would have had. Parallel steps complete in an order that depends on their ids alone.
 */
import { expect } from "vitest";
import type { CheckpointResult, Outcome } from "../../src/execution/index.ts";
import type { Handler } from "../../src/function/index.ts";
import type { MemoizedStep, Operation } from "../../src/protocol/index.ts";
import { type CallOverrides, callOnce } from "./simulate-run.ts";

/** What goes wrong in one call; `at` counts its checkpoints from 0. */
export type Interruption =
  | { kind: "none" }
  | { kind: "answer lost" }
  | { kind: "died after" | "refused" | "stale"; at: number };

export interface EngineOptions {
  /** Attempts of each step and of the function. */
  maxAttempts: number;
  /** One for each call, in order; none when there are no more. */
  interruptions: readonly Interruption[];
  /** Null: no checkpoints. */
  bufferedSteps: number | null;
}

export interface EndedRun {
  outcome: Outcome;
  /** Ids as written and counted, in the order of completion. */
  completed: string[];
  calls: number;
}

const NONE: Interruption = { kind: "none" };
const MAX_CALLS = 2000;

/** An id as its author wrote it, with its count. */
const idOf = ({ userland }: Operation): string => `${userland?.id}:${userland?.index ?? 0}`;

export class InterruptedEngine {
  readonly #options: EngineOptions;
  readonly #steps: Record<string, MemoizedStep> = {};
  readonly #order: string[] = [];
  readonly #pending = new Map<string, { operation: Operation; attempt: number }>();
  readonly completed: string[] = [];
  #calls = 0;
  #attempt = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  async run(handler: Handler): Promise<EndedRun> {
    while (this.#calls < MAX_CALLS) {
      const outcome = this.#pending.size > 0 ? await this.#completeOne(handler) : await this.#discover(handler);
      if (outcome) return { outcome, completed: this.completed, calls: this.#calls };
    }
    throw new Error(`the run did not end within ${MAX_CALLS} calls`);
  }

  /** @returns what the run has ended with; null when it goes on. */
  async #discover(handler: Handler): Promise<Outcome | null> {
    const outcome = await this.#call(handler, this.#attempt, {});
    if (outcome === null) return null;
    switch (outcome.type) {
      case "step-ran":
        this.#take(outcome.operation, outcome.text);
        return null;
      case "steps-found":
        this.#plan(outcome.operations);
        return null;
      case "checkpoint-failed":
        for (const text of outcome.unsaved) this.#save(text);
        return null;
      case "run-complete":
        for (const text of outcome.unsaved) this.#save(text);
        return { type: "function-resolved", data: outcome.data };
      case "stale":
        return null;
      default:
        if (outcome.type !== "function-rejected" || !outcome.failure.retriable) return outcome;
        this.#attempt++;
        return null;
    }
  }

  async #completeOne(handler: Handler): Promise<Outcome | null> {
    const [id, { operation, attempt }] = [...this.#pending].sort(([a], [b]) => (a < b ? -1 : 1))[0] as [
      string,
      { operation: Operation; attempt: number },
    ];
    if (operation.op === "Sleep") {
      this.#save(JSON.stringify({ ...operation, op: "StepRun", data: null }));
    } else {
      const outcome = await this.#call(handler, attempt, { requestedStepId: id, disableImmediateExecution: true });
      if (outcome === null) return null;
      expect(outcome).toMatchObject({ type: "step-ran", operation: { id } });
      if (outcome.type !== "step-ran") return null;
      if (outcome.operation.op === "StepError") {
        this.#pending.set(id, { operation, attempt: attempt + 1 });
        return null;
      }
      this.#save(outcome.text);
    }
    this.#pending.delete(id);
    let found: Outcome | null = null;
    while (found === null) found = await this.#call(handler, 0, { disableImmediateExecution: true });
    if (found?.type === "steps-found") this.#plan(found.operations);
    else if (this.#pending.size === 0) return found;
    return null;
  }

  #plan(operations: readonly Operation[]): void {
    for (const operation of operations)
      if (!this.#pending.has(operation.id)) this.#pending.set(operation.id, { operation, attempt: 0 });
  }

  #take(operation: Operation, text: string): void {
    if (operation.op === "StepError") this.#attempt++;
    else this.#save(text);
  }

  #save(text: string): void {
    const operation = JSON.parse(text) as Operation;
    expect(this.#order).not.toContain(operation.id);
    this.#steps[operation.id] =
      operation.op === "StepFailed" && operation.error ? { error: operation.error } : { data: operation.data };
    this.#order.push(operation.id);
    this.completed.push(idOf(operation));
    this.#attempt = 0;
  }

  /** @returns null when the answer never came. */
  async #call(handler: Handler, attempt: number, overrides: CallOverrides): Promise<Outcome | null> {
    const { bufferedSteps, maxAttempts, interruptions } = this.#options;
    const interruption = interruptions[this.#calls++] ?? NONE;
    let die = (): void => {};
    const died = new Promise<null>((resolve) => {
      die = () => resolve(null);
    });
    let saves = 0;
    const save = async (texts: readonly string[]): Promise<CheckpointResult> => {
      const hit = "at" in interruption && interruption.at === saves++;
      if (hit && interruption.kind === "stale") return "stale";
      if (hit && interruption.kind === "refused") return "failed";
      for (const text of texts) this.#save(text);
      if (!hit) return "saved";
      die();
      return new Promise(() => {});
    };
    const checkpointed = bufferedSteps !== null && !overrides.disableImmediateExecution;
    const outcome = await Promise.race([
      died,
      callOnce(handler, {
        steps: { ...this.#steps },
        order: [...this.#order],
        context: { attempt, maxAttempts },
        checkpoints: checkpointed ? { bufferedSteps, maxIntervalMs: 0, maxRuntimeMs: 0, save } : null,
        ...overrides,
      }),
    ]);
    return interruption.kind === "answer lost" ? null : outcome;
  }
}
