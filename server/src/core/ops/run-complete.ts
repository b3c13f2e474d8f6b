/** RunComplete: the function has returned. */
import { canonicalJson } from "stepwell/signing";
import type { ApplyOperation } from "./draft.ts";

export const runComplete: ApplyOperation = (draft, operation) => {
  draft.end = { status: "Completed", output: canonicalJson(operation.data ?? null) };
};
