/** Opcodes that this version of the engine does not carry out. The run fails and says so: nothing is ignored. */
import { toStoredJson } from "../../domain/stored-json.ts";
import type { ApplyOperation } from "./draft.ts";
import { stepName } from "./step-record.ts";

/** `tool` is how a function's author calls it. */
export function unsupported(tool: string): ApplyOperation {
  return (draft, operation) => {
    const message = `Step "${stepName(operation)}" uses ${tool} (${operation.op}), which this version of Stepwell's engine does not support yet. Remove the step, or run this function on another engine.`;
    draft.end = { status: "Failed", output: toStoredJson({ name: "UnsupportedOperationError", message }) };
  };
}
