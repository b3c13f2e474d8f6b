/**
 * The closed list of opcodes, and the shape of one operation in an app's answer.
 * The SDK keeps a table of what it emits and the engine one of what it does with each:
 * both are typed over `Opcode`, so a new entry here fails to compile until both know it.
 */
import type { SerializedError } from "./error.ts";

/** Every opcode an SDK of this protocol may send. Recordings: test/protocol/fixtures. */
export const opcodes = [
  "None",
  "Step",
  "StepRun",
  "StepError",
  "StepFailed",
  "StepPlanned",
  "Sleep",
  "WaitForEvent",
  "WaitForSignal",
  "InvokeFunction",
  "Gateway",
  "AIGateway",
  "RunComplete",
  "SyncRunComplete",
  "DiscoveryRequest",
  "DeferAdd",
  "DeferAbort",
] as const;

export type Opcode = (typeof opcodes)[number];

/** Whether a text is one of {@link opcodes}. */
export function isOpcode(value: unknown): value is Opcode {
  return (opcodes as readonly unknown[]).includes(value);
}

/** The step's id as its author wrote it. `index` counts repeats of the id in one run from 1; absent for the first. */
export interface Userland {
  id: string;
  index?: number;
}

/** One operation of a 206 answer or of a checkpoint. */
export interface Operation {
  op: Opcode;
  /** Lower-case hex SHA-1 of the step id, with `:N` appended before hashing for repeats. */
  id: string;
  /** A meaning of its own for each opcode: a step's id, a sleep's duration, an event's name. */
  name?: string;
  displayName?: string;
  opts?: Record<string, unknown>;
  userland?: Userland;
  /** A step's output. Null until there is one. */
  data?: unknown;
  error?: SerializedError;
  /** When the step ran: start and length in nanoseconds since 1970. */
  timing?: { a: number; b: number };
  metadata?: unknown[];
}

/** Lower-case hex SHA-1 of `complete`: the id of the operation that ends a run. */
export const runCompleteId = "0737c22d3bfae812339732d14d8c7dbd6dc4e09c";

/** `stepId` of a call that discovers what comes next, instead of running one planned step. */
export const discoveryStepId = "step";
