/** StepRun: a step ran and gave its output. Step: the same, its output wrapped already. */
import { toStoredJson } from "../../domain/stored-json.ts";
import type { ApplyOperation } from "./draft.ts";
import { dataMemo, endedStep, isRace } from "./step-record.ts";

export const stepRun: ApplyOperation = (draft, operation) => {
  draft.ends.push(endedStep(draft, operation, "Completed", dataMemo(operation.data)));
  draft.discover = true;
  draft.discoverNow ||= isRace(operation);
};

export const step: ApplyOperation = (draft, operation) => {
  draft.ends.push(endedStep(draft, operation, "Completed", toStoredJson(operation.data)));
  draft.discover = true;
  draft.discoverNow ||= isRace(operation);
};
