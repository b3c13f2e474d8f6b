/** Lets rules decide over the rows of a database, and writes what they have changed. */
import { openWorkingSet, type WorkingSet } from "../../../../server/src/rules/working-set.ts";
import { memoryOf } from "../../../../server/src/store/sqlite/commit/memory.ts";
import { createSources } from "../../../../server/src/store/sqlite/commit/source.ts";
import { writeChanges } from "../../../../server/src/store/sqlite/commit/writer.ts";
import type { Database } from "../../../../server/src/store/sqlite/database.ts";

export function decide<T>(database: Database, work: (set: WorkingSet) => T): T {
  const set = openWorkingSet(createSources(database).sure, memoryOf(database));
  const result = work(set);
  writeChanges(database, set.changes());
  return result;
}
