/**
 * What rules read, one statement a question. Made by commit.ts for each working set.
 */
import type { Source } from "../../../rules/source.ts";
import type { Database } from "../database.ts";
import { appReads } from "../tables/apps.ts";
import { bulkJobReads } from "../tables/bulk-jobs.ts";
import { deadLetterReads } from "../tables/dead-letters.ts";
import { eventReads } from "../tables/events.ts";
import { gatheredReads } from "../tables/gathered.ts";
import { laneReads } from "../tables/lanes.ts";
import { overrideReads } from "../tables/limit-overrides.ts";
import { pauseReads } from "../tables/pauses.ts";
import { itemReads } from "../tables/queue.ts";
import { limitReads } from "../tables/rate-limits.ts";
import { refusalReads } from "../tables/refusals.ts";
import { logReads } from "../tables/run-logs.ts";
import { metadataReads } from "../tables/run-metadata.ts";
import { runReads } from "../tables/runs.ts";
import { slotReads } from "../tables/slots.ts";
import { stepReads } from "../tables/steps.ts";
import { waitReads } from "../tables/waits.ts";

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
    ...overrideReads(database),
  };
}
