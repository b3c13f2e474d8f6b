/**
 * What a step tool is, what it hands to the replay machine, and what users write to name a step.
 * The tools know nothing of memory or order; the machine knows nothing of what a tool does.
 */
import {
  type DurationInput,
  type InstantLike,
  notNegative,
  type Retries,
  toTimeStringOrTimestamp,
} from "../duration/index.ts";
import { invalidOption, type StepwellError } from "../errors/index.ts";
import { anything, assertOptions, defined, oneOf, type Rule, retries as retriesRule, shape } from "../options/index.ts";
import type { EventPayload, EventSessions } from "../protocol/event.ts";
import type { EmittedOpcode } from "./emitted-opcodes.ts";

const SECOND_MS = 1000;

/** A step's id, or its id and how it is to be shown and run. */
export type StepOptionsOrId = string | StepOptions;

/** How a step is named, shown and retried. */
export interface StepOptions {
  /** Unique within the function. A repeated id is counted: give loops ids of their own. */
  id: string;
  /** Shown instead of the id. Default: the id. */
  name?: string;
  /** `"race"`: when steps run in parallel, go on as soon as this one has ended. Default: when all have. */
  parallelMode?: "race";
  /** Of a step that the app runs: retries after the first attempt, or their number and the delays. Default: the function's. */
  retries?: Retries;
}

/** A step's options, checked. */
export interface ParsedOptions extends StepOptions {
  name: string;
}

/** The kinds of step, by the tool that makes them. */
export type StepKind =
  | "run"
  | "sendEvent"
  | "sendSignal"
  | "sleep"
  | "waitForEvent"
  | "waitForSignal"
  | "invoke"
  | "fetch"
  | "ai.infer"
  | "ai.wrap";

/**
 * Sends events over HTTP and gives their ids back; the client's `send`.
 * @param seed gives the event-id seed of each request, counted from 0: the same seed gives the same event ids.
 * @param sessions what the events inherit.
 */
export type SendEvents = (
  payload: EventPayload | readonly EventPayload[],
  seed: (request: number) => string,
  sessions: EventSessions,
) => Promise<{ ids: string[] }>;

/** What a signal carries. */
export interface SignalPayload {
  /** The name that `step.waitForSignal` waits for. */
  signal: string;
  data?: unknown;
}

/** Sends a signal over HTTP; the client's `sendSignal`. */
export type SendSignal = (payload: SignalPayload) => Promise<{ runId?: string | undefined }>;

/** What the tools need of the run they work in. */
export interface StepEnv {
  /** The app's id, as the engine knows it. */
  appId: string;
  /** The id of the app's client. */
  clientId: string;
  runId: string;
  /** What events that the run sends inherit. Asked at the moment of sending, since handlers may change it. */
  sessions(): EventSessions;
  send: SendEvents;
  sendSignal: SendSignal;
  /** What the engine counts time in, in milliseconds. Default: whole seconds, as others than ours do. */
  resolutionMs?: number;
}

/** Until when a step waits, as the engine reads it: never shorter than what was asked for. */
export function waitText(time: DurationInput | Date | InstantLike, { resolutionMs = SECOND_MS }: StepEnv): string {
  return toTimeStringOrTimestamp(notNegative(time), resolutionMs);
}

/** A function's work. `hashedId` is the step's id as it travels. */
export type StepWork = (input: unknown[], hashedId: string) => unknown;

/** What a tool makes of its arguments. */
export interface StepParts {
  /** The protocol's name field: a meaning of its own for each opcode. */
  name?: string;
  opts: Record<string, unknown>;
  /** Runs the step here and now. Absent when the engine does the work. */
  run?: StepWork;
}

/** A step tool: how its arguments become an operation. */
export interface StepTool {
  kind: StepKind;
  /** The opcode to report the step with while it has no result. */
  op: EmittedOpcode;
  /** What the argument after the id may be; absent when `toParts` says it. */
  takes?: Rule;
  /** @throws {StepwellError | TypeError} for arguments that make no step. `work` is the function of tools that take one. */
  toParts(input: unknown[], id: string, env: StepEnv, work: unknown): StepParts;
}

/** One call of a step tool, not yet remembered or run. */
export interface StepCall {
  kind: StepKind;
  op: EmittedOpcode;
  id: string;
  /** True when middleware gave the step its id. */
  renamed?: true;
  displayName: string;
  name: string | undefined;
  opts: Record<string, unknown>;
  /** The tool's arguments after the id and the function. */
  input: unknown[];
  retries: Retries | undefined;
  /** Null when the engine does the work. */
  run: StepWork | null;
}

/** Takes a step call and gives its result once there is one: at once from memory, or never in this call. */
export type RegisterStep = (
  tool: StepTool,
  options: StepOptionsOrId,
  input: unknown[],
  work?: unknown,
) => Promise<unknown>;

const OPTIONS: Rule = shape({ id: anything, name: anything, parallelMode: oneOf("race"), retries: retriesRule });
const KNOWN: readonly string[] = ["id", "name", "parallelMode", "retries"];

/**
 * Reads the first argument of every step tool. Options that are not known are left alone, as other SDKs do.
 * @throws {StepwellError} `invalid_option` when there is no usable id or an option is wrong.
 */
export function parseStepOptions(kind: StepKind, options: StepOptionsOrId): ParsedOptions {
  if (typeof options === "string") return { id: options, name: options };
  const { id, name = id, parallelMode, retries } = (options ?? {}) as Partial<StepOptions>;
  if (typeof id !== "string") throw stepError(kind, " needs an id as its first argument: a text, or `{ id, name? }`");
  const known = defined({ id, name: name as string, parallelMode, retries });
  assertOptions(stepNamed(kind, id), OPTIONS, known);
  return known;
}

/** Names in a step's options that mean nothing. */
export function unknownOptions(options: StepOptionsOrId): string[] {
  return typeof options === "string" ? [] : Object.keys(options ?? {}).filter((key) => !KNOWN.includes(key));
}

/** Puts a call together from what the tool made of its arguments. */
export function toStepCall(
  tool: StepTool,
  { id, name: displayName, parallelMode, retries }: ParsedOptions,
  input: unknown[],
  work: unknown,
  env: StepEnv,
): StepCall {
  const { kind, op, takes } = tool;
  if (takes) assertOptions(stepNamed(kind, id), takes, input[0]);
  const { name, opts, run = null } = tool.toParts(input, id, env, work);
  if (parallelMode !== undefined) opts["parallelMode"] = parallelMode;
  const attempts = attemptsOf(retries);
  if (attempts !== undefined) {
    if (run === null) throw stepError(kind, " takes no `retries`: the engine does the work, not the app", id);
    opts["retries"] = { attempts };
  }
  return { kind, op, id, displayName, name, opts, input, retries, run };
}

/** Retries after the first attempt; undefined when it is not said. */
export function attemptsOf(retries: Retries | undefined): number | undefined {
  return typeof retries === "object" ? retries.attempts : retries;
}

/** The error for a step tool that was called wrongly. */
export function stepError(kind: string, problem: string, id?: string): StepwellError {
  return invalidOption(stepNamed(kind, id) + problem);
}

function stepNamed(kind: string, id: string | undefined): string {
  return `step.${kind}${id === undefined ? "" : `("${id}")`}`;
}
