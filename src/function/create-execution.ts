/**
 * `createExecution` of functions, which test kits call. What carries it out is brought by the `internals` entry, so that
 * apps do not bundle it. Shared by all copies of the package in a process.
 */
import { StepwellError } from "../errors/index.ts";

/** One call of a function, not made yet. */
export interface FunctionExecution {
  start(): Promise<unknown>;
}

type CreateExecution = (fn: object, options: object) => FunctionExecution;

const KEY = Symbol.for("stepwell.createExecution");
const shared = globalThis as unknown as Record<symbol, CreateExecution | undefined>;

/** Says how executions are made. Called when the `internals` entry is loaded. */
export function provideExecutions(create: CreateExecution): void {
  shared[KEY] = create;
}

/** @throws {StepwellError} `not_supported` when the `internals` entry has not been loaded. */
export function createExecution(fn: object, options: object): FunctionExecution {
  const create = shared[KEY];
  if (create) return create(fn, options);
  throw new StepwellError('Import "stepwell/internals" first.', { code: "not_supported" });
}
