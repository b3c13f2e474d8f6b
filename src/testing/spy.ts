/**
 * Functions that remember how they were called, in the form that the matchers of Vitest and Jest read
 * (`expect(ctx.step.run).toHaveBeenCalledWith(…)`). Made by mockCtx; belongs to no test framework.
 */

type Result = { type: "return" | "throw" | "incomplete"; value: unknown };
type Settled = { type: "fulfilled" | "rejected" | "incomplete"; value: unknown };

/** What a spy remembers. */
export interface SpyState<TArgs extends unknown[] = unknown[]> {
  calls: TArgs[];
  lastCall: TArgs | undefined;
  contexts: unknown[];
  instances: unknown[];
  /** Numbers that grow over all spies. */
  invocationCallOrder: number[];
  /** What each call gave or threw; of an asynchronous one, its promise. */
  results: Result[];
  /** What came of each promise. */
  settledResults: Settled[];
}

/** A function that remembers its calls. */
export interface Spy<TArgs extends unknown[] = unknown[], TOutput = unknown> {
  (...args: TArgs): TOutput;
  readonly _isMockFunction: true;
  readonly mock: SpyState<TArgs>;
  getMockName(): string;
  /** Forgets its calls. */
  mockClear(): this;
  /** Calls this from now on. */
  mockImplementation(work: (...args: TArgs) => TOutput): this;
  /** Gives this from now on. */
  mockReturnValue(value: TOutput): this;
  /** Gives a promise of this from now on. */
  mockResolvedValue(value: Awaited<TOutput>): this;
  /** Gives a promise that rejects with this from now on. */
  mockRejectedValue(error: unknown): this;
}

let calls = 0;

const emptyState = (): SpyState => ({
  calls: [],
  lastCall: undefined,
  contexts: [],
  instances: [],
  invocationCallOrder: [],
  results: [],
  settledResults: [],
});

/** Calls through to `work`, and keeps what `work` has for properties. */
export function createSpy<TArgs extends unknown[], TOutput>(
  name: string,
  work: (...args: TArgs) => TOutput,
): Spy<TArgs, TOutput> {
  let current = work;
  const state = emptyState();
  function spy(this: unknown, ...args: TArgs): TOutput {
    const result: Result = { type: "incomplete", value: undefined };
    const settled: Settled = { type: "incomplete", value: undefined };
    state.calls.push(args);
    state.lastCall = args;
    state.contexts.push(this);
    state.instances.push(this);
    state.invocationCallOrder.push(++calls);
    state.results.push(result);
    state.settledResults.push(settled);
    try {
      const value = current.apply(this, args);
      Object.assign(result, { type: "return", value });
      follow(value, settled);
      return value;
    } catch (error) {
      Object.assign(result, { type: "throw", value: error });
      throw error;
    }
  }
  const use = (next: typeof work): unknown => {
    current = next;
    return spy;
  };
  const own = {
    _isMockFunction: true,
    mock: state,
    getMockName: () => name,
    mockClear: () => Object.assign(state, emptyState()) && spy,
    mockImplementation: use,
    mockReturnValue: (value: TOutput) => use(() => value),
    mockResolvedValue: (value: unknown) => use((() => Promise.resolve(value)) as never),
    mockRejectedValue: (error: unknown) => use((() => Promise.reject(error)) as never),
  };
  return Object.assign(spy, work, own) as unknown as Spy<TArgs, TOutput>;
}

function follow(value: unknown, settled: Settled): void {
  Promise.resolve(value).then(
    (fulfilled) => Object.assign(settled, { type: "fulfilled", value: fulfilled }),
    (error) => Object.assign(settled, { type: "rejected", value: error }),
  );
}
