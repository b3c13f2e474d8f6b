/**
 * Which run the code at hand belongs to, as far as the runtime can tell: the store behind the global `step`, `group` and
 * `fetch`, behind `group.parallel`, and behind finding nested steps. Shared by all copies of the package in a process.
 */
import { StepwellError } from "../errors/index.ts";
import type { EventSessions } from "../protocol/event.ts";
import type { RegisterStep } from "./step-call.ts";

/** What is known of the code that runs. */
export interface CurrentRun {
  /** The handler's `step`, with what middleware added to it. */
  step: object;
  group: object;
  register: RegisterStep;
  /** Id of the step whose function runs; null between steps. */
  inside: string | null;
  /** What `group.parallel` sets for the steps in it. */
  parallelMode?: "race" | undefined;
  /** Set within middleware around a step: where steps that are called there come from. Known to the step driver alone. */
  scope?: object | null;
  /** The client of the function that runs: what it sends here inherits the run's sessions. */
  client: object;
  /** What events that the run sends inherit. */
  sessions: () => EventSessions;
}

/** The part of AsyncLocalStorage that is used. */
export interface RunStorage {
  run<T>(store: CurrentRun, callback: () => T): T;
  getStore(): CurrentRun | undefined;
}

interface Runtime {
  process?: { getBuiltinModule?: (name: string) => { AsyncLocalStorage?: new () => RunStorage } | undefined };
  AsyncLocalStorage?: new () => RunStorage;
  [key: symbol]: RunStorage | null | undefined;
}

const KEY = Symbol.for("stepwell.currentRun");
// Put together, so that no bundler takes it for an import.
const MODULE = ["node", "async_hooks"].join(":");

/** Null where the runtime has no AsyncLocalStorage. Made when first asked for. */
export function runStorage(): RunStorage | null {
  const runtime = globalThis as unknown as Runtime;
  const known = runtime[KEY];
  if (known !== undefined) return known;
  const Storage = runtime.process?.getBuiltinModule?.(MODULE)?.AsyncLocalStorage ?? runtime.AsyncLocalStorage;
  const storage = Storage ? new Storage() : null;
  runtime[KEY] = storage;
  return storage;
}

/** @throws {StepwellError} `not_supported`: says what needs AsyncLocalStorage and what to do without. */
export function requireStorage(what: string, instead: string): RunStorage {
  const storage = runStorage();
  if (storage) return storage;
  throw new StepwellError(`${what} needs AsyncLocalStorage, which this runtime does not have: ${instead}.`, {
    code: "not_supported",
  });
}
