/**
 * Counts what the journal says of steps. Pure.
 *
 * A step's result is acknowledged once the function was given it in a call that did not run the step (`memo`). Whoever runs it after
 * that runs an acknowledged step again; whoever is given another result was lied to. A step that runs twice before is no fault: the
 * engine that would have heard of the first time is dead, and a step runs at least once.
 */
import type { Mark } from "../journal.ts";
import type { Counts } from "./finding.ts";

const keyOf = ({ run, step = "" }: Mark): string => `${run} ${step}`;

export function countSteps(marks: readonly Mark[]): Pick<Counts, "repeated" | "changed"> {
  const found: Pick<Counts, "repeated" | "changed"> = { repeated: [], changed: [] };
  const memos = new Map<string, string>();
  for (const mark of marks) {
    const key = keyOf(mark);
    const known = memos.get(key);
    if (mark.what === "begin" && known !== undefined)
      found.repeated.push(`${mark.kind} ${key} ran again after its result was stored`);
    if (mark.what !== "memo") continue;
    if (known !== undefined && known !== mark.value)
      found.changed.push(`${mark.kind} ${key} gave ${known}, then ${mark.value}`);
    memos.set(key, mark.value ?? "");
  }
  return found;
}
