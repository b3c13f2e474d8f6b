/** RunComplete: the function has returned. */
import { toStoredJson } from "../../domain/stored-json.ts";
import type { ApplyOperation } from "./draft.ts";

export const runComplete: ApplyOperation = (draft, operation) => {
  draft.end = { status: "Completed", output: toStoredJson(operation.data) };
};
