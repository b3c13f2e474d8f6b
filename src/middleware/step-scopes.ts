/**
 * Where step calls come from: from user code, or from within a middleware's `wrapStep`. Used by the step driver.
 *
 * A step that a middleware makes in its own `wrapStep`, before or after `next()`, passes by that middleware, so that it
 * does not wrap its own steps forever. And while a middleware waits for a step, user code may come to rest.
 * Where the runtime has no AsyncLocalStorage, all that is under way in a call counts as one place.
 */

type Next = () => Promise<unknown>;

/** Holds and releases the replay machine. */
export interface Holder {
  /** Until it is released, user code does not count as at rest. */
  hold(): void;
  release(): void;
}

/** One step call on its way through middleware: it holds the replay machine, but not while it waits for it. */
export class StepBranch {
  readonly #holder: Holder;
  #waits = 0;
  #holds = true;
  #hasEnded = false;

  constructor(holder: Holder) {
    this.#holder = holder;
    holder.hold();
  }

  readonly wait = (): void => this.#set(1);

  readonly resume = (): void => this.#set(-1);

  /** Waits for what the replay machine gives. */
  waitFor<T>(result: Promise<T>): Promise<T> {
    this.wait();
    result.then(this.resume, this.resume);
    return result;
  }

  end(): void {
    this.#hasEnded = true;
    this.#set(0);
  }

  #set(change: number): void {
    this.#waits += change;
    const holds = !this.#hasEnded && this.#waits === 0;
    if (holds === this.#holds) return;
    this.#holds = holds;
    if (holds) this.#holder.hold();
    else this.#holder.release();
  }
}

/** The place that asynchronous context carries along. */
export interface StepScope {
  branch: StepBranch;
  /** Middleware that steps made here pass by. */
  skips: ReadonlySet<object>;
}

/** Asynchronous context, as far as it is needed here. */
export interface ScopeStorage {
  get(): StepScope | null;
  run<T>(scope: StepScope | null, work: () => T): T;
}

const NONE: ReadonlySet<object> = new Set();

export class StepScopes {
  readonly #storage: ScopeStorage | null;
  /** Without a storage: the branches that are inside a middleware now, and the middleware that they are in. */
  readonly #open = new Map<StepBranch, number>();
  readonly #skips = new Map<object, number>();

  /** @param storage null where the runtime has none. */
  constructor(storage: ScopeStorage | null) {
    this.#storage = storage;
  }

  /** The branches that wait for a step that is called here. */
  callers(): StepBranch[] {
    if (!this.#storage) return [...this.#open.keys()];
    const scope = this.#storage.get();
    return scope ? [scope.branch] : [];
  }

  /** Whether a step that is called here passes by a middleware. */
  skips(member: object): boolean {
    return this.#storage ? (this.#storage.get()?.skips.has(member) ?? false) : this.#skips.has(member);
  }

  /** Does the work of a branch. */
  within<T>(branch: StepBranch, work: () => T): T {
    return this.#storage ? this.#storage.run({ branch, skips: this.#storage.get()?.skips ?? NONE }, work) : work();
  }

  /** Calls a middleware's `wrapStep`. What it does in `next` is done where the middleware itself was called. */
  around(branch: StepBranch, member: object, call: (next: Next) => Promise<unknown>, next: Next): Promise<unknown> {
    const storage = this.#storage;
    if (!storage) return this.#aroundAll(branch, member, call, next);
    const outer = storage.get();
    const inner = { branch, skips: new Set(outer?.skips).add(member) };
    return storage.run(inner, () => call(() => storage.run(outer, next)));
  }

  #aroundAll(branch: StepBranch, member: object, call: (next: Next) => Promise<unknown>, next: Next): Promise<unknown> {
    let hasEnded = false;
    const count = (change: 1 | -1): void => {
      add(this.#open, branch, change);
      add(this.#skips, member, change);
    };
    const end = (): void => {
      if (!hasEnded) count(-1);
      hasEnded = true;
    };
    count(1);
    const whole = call(() => {
      if (hasEnded) return next();
      count(-1);
      const result = next();
      const back = (): void => {
        if (!hasEnded) count(1);
      };
      result.then(back, back);
      return result;
    });
    whole.then(end, end);
    return whole;
  }
}

function add<TKey>(counts: Map<TKey, number>, key: TKey, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
