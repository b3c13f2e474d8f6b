/**
 * What a step tool hands to the replay machine, and what users write to name a step.
 * The tools know nothing of memory or order; the machine knows nothing of what a tool does.
 */
import { StepwellError } from "../errors/index.ts";
import type { EmittedOpcode } from "./emitted-opcodes.ts";

/** A step's id, or its id and the name to show for it. */
export type StepOptionsOrId = string | StepOptions;

export interface StepOptions {
  /** Unique within the function. A repeated id is counted: give loops ids of their own. */
  id: string;
  /** Shown instead of the id. Default: the id. */
  name?: string;
}

/** One call of a step tool, not yet remembered or run. */
export interface StepCall {
  /** The opcode to report the step with while it has no result. */
  op: EmittedOpcode;
  id: string;
  displayName: string;
  /** The protocol's name field: a meaning of its own for each opcode. */
  name: string;
  opts: Record<string, unknown>;
  /** Runs the step here and now; null when the engine does the work. `input` replaces the arguments when it is not null. */
  run: ((input: unknown[] | null) => unknown) | null;
}

/** Takes a step call and gives its result once there is one: at once from memory, or never in this call. */
export type RegisterStep = (call: StepCall) => Promise<unknown>;

const KNOWN_OPTIONS: ReadonlySet<string> = new Set(["id", "name"]);

/**
 * Reads the first argument of every step tool.
 * @throws {StepwellError} `invalid_option` when there is no usable id or an option is unknown.
 */
export function parseStepOptions(tool: string, options: StepOptionsOrId): { id: string; displayName: string } {
  if (typeof options === "string" && options !== "") return { id: options, displayName: options };
  if (typeof options === "object" && options !== null && typeof options.id === "string" && options.id !== "") {
    for (const key of Object.keys(options)) {
      if (!KNOWN_OPTIONS.has(key)) {
        throw invalid(tool, `got the unknown option "${key}"; it takes \`id\` and \`name\``);
      }
    }
    return { id: options.id, displayName: options.name ?? options.id };
  }
  throw invalid(tool, "needs an id as its first argument: a text that is not empty, or `{ id, name }`");
}

function invalid(tool: string, problem: string): StepwellError {
  return new StepwellError(`step.${tool} ${problem}.`, { code: "invalid_option" });
}
