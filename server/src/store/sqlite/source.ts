/**
 * What rules read, one statement a question. Made by commit.ts for each working set.
 */
import type { Source } from "../../rules/source.ts";
import { appReads } from "./apps.ts";
import { bulkJobReads } from "./bulk-jobs.ts";
import type { Database } from "./database.ts";
import { deadLetterReads } from "./dead-letters.ts";
import { eventReads } from "./events.ts";
import { gatheredReads } from "./gathered.ts";
import { laneReads } from "./lanes.ts";
import { pauseReads } from "./pauses.ts";
import { itemReads } from "./queue.ts";
import { limitReads } from "./rate-limits.ts";
import { refusalReads } from "./refusals.ts";
import { logReads } from "./run-logs.ts";
import { metadataReads } from "./run-metadata.ts";
import { runReads } from "./runs.ts";
import { slotReads } from "./slots.ts";
import { stepReads } from "./steps.ts";
import { waitReads } from "./waits.ts";

/** One that looks for every row, and one that takes those for new that almost always are. */
export interface Sources {
  sure: Source;
  quick: Source;
}

export function createSources(database: Database): Sources {
  return { sure: createSource(database, true), quick: createSource(database, false) };
}

function createSource(database: Database, isSure: boolean): Source {
  return {
    ...itemReads(database, isSure),
    ...runReads(database, isSure),
    ...stepReads(database, isSure),
    ...eventReads(database, isSure),
    ...refusalReads(database, isSure),
    ...bulkJobReads(database, isSure),
    ...deadLetterReads(database),
    ...metadataReads(database),
    ...logReads(database),
    ...laneReads(database),
    ...slotReads(database),
    ...limitReads(database),
    ...gatheredReads(database),
    ...waitReads(database),
    ...appReads(database),
    ...pauseReads(database),
  };
}
