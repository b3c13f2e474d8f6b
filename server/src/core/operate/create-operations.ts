/** Puts together what operators ask of an engine. Called by create-engine. */

import type { Parts } from "../parts/parts.ts";
import type { Committer } from "../work/committer.ts";
import { addMetadata } from "./add-metadata.ts";
import { startBulkJob, stopBulkJob } from "./bulk-jobs.ts";
import { dropDeadLetter, retryDeadLetter } from "./dead-letters.ts";
import { explainRun } from "./explain.ts";
import { resetLimits, setLimit } from "./limits.ts";
import type { Operations } from "./operations.ts";
import { pause, resume } from "./pause.ts";
import { rerun } from "./rerun.ts";
import { createSchedule, pauseSchedule, removeSchedule, resumeSchedule } from "./schedules.ts";

/** `open` gives what commits, and throws while the engine stops. */
export function createOperations(parts: Parts, open: () => Committer): Operations {
  // People ask for what they have just seen, which another engine may have synced.
  const upToDate = async (): Promise<Committer> => {
    const committer = open();
    await parts.registry.load();
    return committer;
  };
  return {
    rerun: async (runId, body) => rerun(parts, await upToDate(), runId, body),
    retryDeadLetter: async (runId, body) => retryDeadLetter(parts, await upToDate(), runId, body),
    dropDeadLetter: async (runId) => dropDeadLetter(parts, open(), runId),
    startBulkJob: async (request) => startBulkJob(parts, open(), request),
    stopBulkJob: async (id) => stopBulkJob(parts, open(), id),
    createSchedule: async (body) => createSchedule(parts, await upToDate(), body),
    pauseSchedule: async (id) => pauseSchedule(parts, open(), id),
    resumeSchedule: async (id) => resumeSchedule(parts, open(), id),
    removeSchedule: async (id) => removeSchedule(parts, open(), id),
    pause: async (body) => pause(parts, await upToDate(), body),
    resume: async (body) => resume(parts, await upToDate(), body),
    pauses: async () => parts.store.listPauses(),
    setLimit: async (body) => setLimit(parts, await upToDate(), body),
    resetLimits: async (body) => resetLimits(parts, await upToDate(), body),
    limitOverrides: async () => parts.store.listLimitOverrides(),
    addMetadata: async (runId, body) => addMetadata(parts, open(), runId, body),
    explain: async (runId) => explainRun(parts, runId),
  };
}
