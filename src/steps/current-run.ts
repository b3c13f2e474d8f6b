/**
 * Which run the code at hand belongs to, as far as the runtime can tell: the store behind the global `step`, `group` and
 * `fetch`, behind `getAsyncCtx`, behind `group.parallel`, and behind finding nested steps. All copies of the package in a
 * process share it, and so do copies of the published `inngest`: each finds the run that another copy carries out.
 */
import { StepwellError } from "../errors/index.ts";
import type { EventSessions } from "../protocol/event.ts";
import type { RegisterStep } from "./step-call.ts";

/** The step whose function runs, as `getAsyncCtx` shows it. */
export interface ExecutingStep {
  /** As its author wrote it; counted when it is repeated, such as `charge:1`. */
  id: string;
  /** What it is shown by. */
  name: string;
  /** As it travels. */
  hashedId: string;
  /** As its author wrote it. */
  userlandId: string;
}

/** The run that code belongs to, as `getAsyncCtx` shows it. */
export interface AsyncExecution {
  /** The handler's argument. */
  // biome-ignore lint/suspicious/noExplicitAny: the argument of any handler
  ctx: any;
  /** Absent between steps. */
  executingStep?: ExecutingStep;
  /** What `group.parallel` sets for the steps in it. */
  parallelMode?: "race" | undefined;
}

/** What is known of the code that runs. Copies of the published SDK know `app` and `execution` alone. */
export interface CurrentRun {
  /** The client of the function that runs: what it sends here inherits the run's sessions. */
  app: object;
  execution?: AsyncExecution;
  /** Absent when another SDK's copy carries the run out. */
  register?: RegisterStep;
  /** Id of the step whose function runs; absent or null between steps. */
  inside?: string | null;
  /** Set within middleware around a step: where steps that are called there come from. Known to the step driver alone. */
  scope?: object | null;
  /** What events that the run sends inherit. Absent when another SDK's copy carries the run out. */
  sessions?: () => EventSessions;
  /** Takes what is written to the console. Absent when nothing does. */
  log?: ((level: string, args: readonly unknown[]) => void) | undefined;
}

/** The part of AsyncLocalStorage that is used. */
export interface RunStorage {
  run<T>(store: CurrentRun, callback: () => T): T;
  getStore(): CurrentRun | undefined;
}

/**
 * What stands at {@link KEY}: to copies of version 4 an object with a storage in it, to those of version 3 a promise of the
 * storage. Ours is both.
 */
type Shared = Promise<RunStorage> & { promise: Promise<RunStorage>; resolved: RunStorage; isFallback: boolean };

interface Runtime {
  process?: { getBuiltinModule?: (name: string) => { AsyncLocalStorage?: new () => RunStorage } | undefined };
  AsyncLocalStorage?: new () => RunStorage;
  [key: symbol]: Partial<Shared> | null | undefined;
}

const KEY = Symbol.for("inngest:als");
// Put together, so that no bundler takes it for an import.
const MODULE = ["node", "async_hooks"].join(":");

/** Null where the runtime has no AsyncLocalStorage. Made when first asked for, unless another copy has made it. */
export function runStorage(): RunStorage | null {
  const runtime = globalThis as unknown as Runtime;
  const known = runtime[KEY];
  if (known === null) return null;
  if (known?.resolved && !known.isFallback) return known.resolved;
  const Storage = runtime.process?.getBuiltinModule?.(MODULE)?.AsyncLocalStorage ?? runtime.AsyncLocalStorage;
  if (!Storage) {
    runtime[KEY] ??= null;
    return null;
  }
  const resolved = new Storage();
  const promise = Promise.resolve(resolved);
  runtime[KEY] = Object.assign(promise, { promise, resolved, isFallback: false });
  return resolved;
}

/** @throws {StepwellError} `not_supported`: says what needs AsyncLocalStorage and what to do without. */
export function requireStorage(what: string, instead: string): RunStorage {
  const storage = runStorage();
  if (storage) return storage;
  throw new StepwellError(`${what} needs AsyncLocalStorage, which this runtime does not have: ${instead}.`, {
    code: "not_supported",
  });
}
