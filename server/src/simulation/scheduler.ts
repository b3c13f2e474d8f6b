/**
 * The heart of a simulated world: nothing happens in it but tasks, and whenever several may happen, a seed says which comes first.
 * Engines, apps and clients put tasks; run-seed makes them happen. Real time is never looked at. Time passes only when nothing is
 * left to do at its moment.
 */
import type { Clock, Timer } from "../ports/clock.ts";
import type { Draw } from "./draw.ts";
import type { Trace } from "./trace.ts";

/** Whose tasks they are: a process that may have died, or stand still for a while. */
export interface Owner {
  readonly name: string;
  alive: boolean;
  /** Until then, in milliseconds of the world, nothing of it happens. */
  frozenUntil: number;
}

export interface Task {
  /** Not before this, in milliseconds since the world began. Default: now. */
  at?: number;
  /** Not before the clocks show this, milliseconds since 1970. Takes the place of `at`. */
  wallAt?: number;
  /** Null: the world's own. */
  owner: Owner | null;
  /** Whether it happens although its owner stands still: something that the owner has let go of. Default: false. */
  away?: boolean;
  /** Tasks of one kind may happen in the same turn of the event loop. Default: none may. */
  together?: string;
  label: string;
  run(): void;
}

interface Entry extends Task {
  at: number;
}

/** More tasks have happened than in any world that comes to rest. */
export class EndlessWorldError extends Error {
  override readonly name = "EndlessWorldError";
}

/** The longest of thousands of large worlds took 13,000. */
const mostTurns = 60_000;
/** How often tasks that may happen in one turn do. */
const togetherShare = 0.3;
/** Turns of the event loop without anything to do, until the world is still. */
const stillTurns = 3;

/** Lets everything go on that waits for nothing but the event loop. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export class Scheduler implements Clock {
  /** Milliseconds since the world began. */
  time = 0;
  /** What the clocks were set forward or back by, in milliseconds. */
  leaptMs = 0;
  /** What they were set back by in all, in milliseconds. */
  setBackMs = 0;
  readonly #startAt: number;
  readonly #draw: Draw;
  readonly #trace: Trace;
  #tasks: Entry[] = [];
  #turns = 0;

  /** `startAt` in milliseconds since 1970. */
  constructor(startAt: number, draw: Draw, trace: Trace) {
    this.#startAt = startAt;
    this.#draw = draw;
    this.#trace = trace;
  }

  /** What the clocks show, milliseconds since 1970. */
  now(): number {
    return this.#startAt + this.time + this.leaptMs;
  }

  /** Tasks that have happened. */
  turns(): number {
    return this.#turns;
  }

  add(task: Task): Timer {
    const entry: Entry = { ...task, at: task.at ?? this.time };
    this.#tasks.push(entry);
    return {
      cancel: () => {
        this.#tasks = this.#tasks.filter((other) => other !== entry);
      },
    };
  }

  /** The world's own timer. */
  setTimer(at: number, fire: () => void): Timer {
    return this.add({ wallAt: at, owner: null, label: "timer", run: fire });
  }

  /** Resolves after `ms` of the world's time. */
  sleep(ms: number, label: string, owner: Owner | null = null): Promise<void> {
    return new Promise((resolve) => void this.add({ at: this.time + ms, owner, label, run: resolve }));
  }

  leap(ms: number): void {
    this.leaptMs += ms;
    this.setBackMs += Math.max(0, -ms);
    this.#trace.add(`${this.time} the clocks leap by ${ms} ms`);
  }

  /**
   * Makes tasks happen until `isOver`, until nothing is left, or until the world's time reaches `until`, in milliseconds.
   * @throws EndlessWorldError
   */
  async run(isOver: () => boolean, until: number = Number.POSITIVE_INFINITY): Promise<void> {
    await turn();
    while (!isOver()) {
      const ready = await this.#ready();
      if (ready.length > 0) {
        await this.#happen(ready);
        continue;
      }
      const next = this.#nextAt();
      if (next === null || next > until) {
        this.time = Number.isFinite(until) ? Math.max(this.time, until) : this.time;
        return;
      }
      this.time = Math.max(this.time, next);
    }
  }

  /** Waits for what the event loop alone holds up, when nothing else is ready. */
  async #ready(): Promise<Entry[]> {
    for (let still = 0; ; still++) {
      const ready = this.#tasks.filter((task) => this.#readyAt(task) <= this.time);
      if (ready.length > 0 || still === stillTurns) return ready;
      await turn();
    }
  }

  async #happen(ready: Entry[]): Promise<void> {
    const first = ready.splice(Math.floor(this.#draw.next() * ready.length), 1)[0] as Entry;
    const group = [first];
    if (first.together !== undefined) {
      const others = ready.filter(({ together }) => together === first.together);
      if (others.length > 0 && this.#draw.chance(togetherShare)) group.push(...others);
    }
    this.#tasks = this.#tasks.filter((task) => !group.includes(task));
    for (const { label, run } of group) {
      this.#turns += 1;
      if (this.#turns > mostTurns)
        throw new EndlessWorldError(`The world never ends: ${mostTurns} tasks have happened`);
      this.#trace.add(`${this.time} ${label}`);
      run();
    }
    await turn();
  }

  /** When a task may happen, in milliseconds of the world; tasks of the dead never do. */
  #readyAt({ at, wallAt, owner, away = false }: Entry): number {
    if (owner !== null && !owner.alive) return Number.POSITIVE_INFINITY;
    const due = wallAt === undefined ? at : wallAt - this.#startAt - this.leaptMs;
    return owner === null || away ? due : Math.max(due, owner.frozenUntil);
  }

  #nextAt(): number | null {
    let next = Number.POSITIVE_INFINITY;
    this.#tasks = this.#tasks.filter(({ owner }) => owner === null || owner.alive);
    for (const task of this.#tasks) next = Math.min(next, this.#readyAt(task));
    return Number.isFinite(next) ? next : null;
  }
}
