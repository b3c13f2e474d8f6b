/** What a store holds, as `/v2` shows it. Called by the routes of the engine and of the overview. Pure. */
import type { StorageUse } from "../../../ports/store.ts";
import type { StorageAnswer } from "../../answers.ts";
import { isoOrNull } from "../../moment.ts";

export function presentStorage(use: StorageUse): StorageAnswer {
  const { oldestRunAt, oldestEventAt, ...counts } = use;
  return { ...counts, oldestRunAt: isoOrNull(oldestRunAt), oldestEventAt: isoOrNull(oldestEventAt) };
}
