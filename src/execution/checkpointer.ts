/**
 * Saves the steps of a call while it goes on, so that the function need not be called again after each of them.
 * Made by `execute` for one call. Must never drop a step that has not been saved: what is left goes into the answer.
 */

/** What became of a checkpoint. `stale`: another call has taken the run over, and this one is to stop. */
export type CheckpointResult = "saved" | "stale" | "failed";

/** How and where a call makes checkpoints. */
export interface Checkpoints {
  /** Steps that are saved at once, 1 or more. */
  bufferedSteps: number;
  /** Longest time that a step waits to be saved, in milliseconds; 0: until there are enough. */
  maxIntervalMs: number;
  /** After this time no further step is begun in the same call, in milliseconds; 0: no limit. */
  maxRuntimeMs: number;
  /** Saves operations, each one JSON. Tries again by itself. Never rejects. */
  save: (operations: readonly string[]) => Promise<CheckpointResult>;
}

export class Checkpointer {
  readonly #settings: Checkpoints;
  readonly #endMs: number;
  #unsaved: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Ends when every checkpoint that has begun has ended. */
  #last: Promise<void> | null = null;
  #result: CheckpointResult = "saved";
  /** Whether the call has done more than to replay in one go: that takes time, too, but must not keep it from its first step. */
  #hasWorked = false;
  #turn: ReturnType<typeof setTimeout> | undefined;

  constructor(settings: Checkpoints, nowMs: number) {
    this.#settings = settings;
    this.#endMs = settings.maxRuntimeMs > 0 ? nowMs + settings.maxRuntimeMs : Number.POSITIVE_INFINITY;
    if (settings.maxRuntimeMs > 0) {
      this.#turn = setTimeout(() => {
        this.#hasWorked = true;
      }, 0);
    }
  }

  /** Whether the call has lasted too long to begin another step. */
  isOver(nowMs: number): boolean {
    return this.#hasWorked && nowMs >= this.#endMs;
  }

  /** Takes a step that has run, and saves it when it is time to. @returns what became of the checkpoints so far. */
  async add(operation: string): Promise<CheckpointResult> {
    const { bufferedSteps, maxIntervalMs } = this.#settings;
    this.#hasWorked = true;
    if (this.#unsaved.push(operation) >= bufferedSteps) return this.flush();
    if (maxIntervalMs > 0) this.#timer ??= setTimeout(() => void this.flush(), maxIntervalMs);
    return this.#result;
  }

  /** Saves everything. After a checkpoint that failed there is no other. */
  async flush(): Promise<CheckpointResult> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.idle();
    if (this.#unsaved.length > 0 && this.#result === "saved") {
      this.#last = this.#save(this.#unsaved.length);
      await this.#last;
    }
    return this.#result;
  }

  /** Waits for a checkpoint that is under way. */
  async idle(): Promise<CheckpointResult> {
    while (this.#last !== null) await this.#last;
    return this.#result;
  }

  /** The operations that no checkpoint has saved. There is no checkpoint after this. */
  end(): readonly string[] {
    clearTimeout(this.#timer);
    clearTimeout(this.#turn);
    return this.#unsaved;
  }

  async #save(count: number): Promise<void> {
    this.#result = await this.#settings.save(this.#unsaved.slice(0, count));
    if (this.#result === "saved") this.#unsaved.splice(0, count);
    this.#last = null;
  }
}
