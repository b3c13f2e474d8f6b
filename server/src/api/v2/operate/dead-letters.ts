/** `/v2/dead-letters`: runs that failed for good, to retry, edit and retry, or drop, one by one or in bulk. */

import type { BulkKind } from "../../../domain/bulk-job.ts";
import { EngineError } from "../../../domain/error.ts";
import type { EventRecord } from "../../../domain/event.ts";
import type { DeadLetterRecord } from "../../../domain/run/dead-letter.ts";
import type { DeadLetterAnswer } from "../../answers.ts";
import type { Api, ApiContext } from "../../api-parts.ts";
import { iso } from "../../moment.ts";
import { readId } from "../../query.ts";
import { presentEventV2 } from "../events/present-event.ts";
import { createLookup, functionName, type Lookup } from "../lookup.ts";
import { asError } from "../parse-stored.ts";
import { parseBulkFilter, parseReason, readRunQuery } from "../runs/read-filter.ts";
import { readObject, type V2Parts } from "../v2-parts.ts";
import { presentBulkJob } from "./present-bulk-job.ts";

/** `event`: the first of the run; null when it is gone. */
function presentDeadLetter(letter: DeadLetterRecord, event: EventRecord | null, lookup: Lookup): DeadLetterAnswer {
  const found = lookup(letter.functionId);
  const error = asError(JSON.parse(letter.error));
  return {
    runId: letter.runId,
    function: functionName(found, letter.functionId),
    app: { id: found?.app?.name ?? null },
    failedAt: iso(letter.failedAt),
    isQuarantined: error.name === "QuarantinedError",
    error,
    event: event === null ? null : presentEventV2(event),
  };
}

export function addDeadLetterRoutes(app: Api, parts: V2Parts): void {
  const { engine, store, answer, answerPage } = parts;
  const lookup = createLookup(parts);
  const present = async (letter: DeadLetterRecord): Promise<unknown> => {
    const run = await store.getRun(letter.runId);
    return presentDeadLetter(letter, await store.getEvent(run?.eventIds[0] ?? ""), lookup);
  };
  const startBulk = (kind: BulkKind) => async (c: ApiContext) => {
    const raw = await readObject(c, 'a filter like {"functionId":"shop-charge","until":"2026-01-31T12:00:00Z"}');
    const filter = await parseBulkFilter(parts, raw, undefined, []);
    const job = await engine.operations.startBulkJob({ kind, filter, reason: parseReason(raw) });
    return answer(presentBulkJob(job, lookup), 201);
  };

  app.get("/dead-letters", async (c) => {
    const { filter } = await readRunQuery(c, parts);
    const { time, functionIds, cursor, order, limit } = filter;
    const letters = await store.listDeadLetters({
      limit,
      ...(order === undefined ? {} : { order }),
      ...(cursor === undefined ? {} : { cursor }),
      ...(functionIds === undefined ? {} : { functionIds }),
      ...(time?.from === undefined ? {} : { from: time.from }),
      ...(time?.until === undefined ? {} : { until: time.until }),
    });
    const next = letters.length === limit ? (letters.at(-1)?.runId ?? null) : null;
    return answerPage(await Promise.all(letters.map(present)), { cursor: next, limit });
  });
  app.post("/dead-letters/retry", startBulk("retry-dead-letters"));
  app.post("/dead-letters/drop", startBulk("drop-dead-letters"));
  app.get("/dead-letters/:id", async (c) => {
    const id = readId(c, "id", "run");
    const letter = await store.getDeadLetter(id);
    if (letter === null) throw new EngineError("dead_letter_not_found", `There is no dead letter of run ${id}.`);
    return answer(await present(letter));
  });
  app.post("/dead-letters/:id/retry", async (c) => {
    const body = await readObject(c, 'an object like {"data":{}} to replace the event\'s data, or nothing');
    return answer(await engine.operations.retryDeadLetter(readId(c, "id", "run"), body));
  });
  app.delete("/dead-letters/:id", async (c) => {
    const runId = readId(c, "id", "run");
    await engine.operations.dropDeadLetter(runId);
    return answer({ runId });
  });
}
