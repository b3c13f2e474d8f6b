/**
 * `GET /v2/runs/:id/logs`: what a run's function wrote with its logger, as it came. Its cursor stands for all that was read, at the
 * end too, so that who follows a run asks again with it.
 */
import { EngineError } from "../../../domain/error.ts";
import { type LogLevel, type LogRecord, logLevels } from "../../../domain/run/run-log.ts";
import type { LogAnswer } from "../../answers.ts";
import type { Api, ApiContext } from "../../api-parts.ts";
import { logLimitDefault } from "../../openapi/docs/runs.ts";
import { readId, readNumber } from "../../query.ts";
import type { V2Parts } from "../v2-parts.ts";

/** The level and those above it; undefined for all. */
function readLevels(c: ApiContext): LogLevel[] | undefined {
  const wanted = c.req.query("level")?.toLowerCase();
  const index = logLevels.findIndex((level) => wanted !== undefined && level === wanted);
  return index === -1 ? undefined : logLevels.slice(index);
}

export function presentLog({ number, at, level, text, fields, stepId, stepName, attempt }: LogRecord): LogAnswer {
  const time = new Date(at);
  return {
    number,
    at: Number.isNaN(time.getTime()) ? null : time.toISOString(),
    level,
    text,
    fields: fields === null ? null : JSON.parse(fields),
    stepId,
    stepName,
    attempt,
  };
}

export function addRunLogRoutes(app: Api, { store, answerPage }: V2Parts): void {
  app.get("/runs/:id/logs", async (c) => {
    const runId = readId(c, "id", "run");
    const limit = readNumber(c, "limit", logLimitDefault);
    const after = readNumber(c, "cursor", 0);
    const levels = readLevels(c);
    const stepId = c.req.query("stepId");
    if ((await store.getRun(runId)) === null) throw new EngineError("run_not_found", `There is no run ${runId}.`);
    const wanted = { ...(levels && { levels }), ...(stepId && { stepId }) };
    const { lines, leftOut } = await store.listLogs({ runId, after, limit: limit + 1, ...wanted });
    const page = lines.slice(0, limit);
    const cursor = String(page.at(-1)?.number ?? after);
    return answerPage(page.map(presentLog), { cursor, hasMore: lines.length > limit, limit, leftOut });
  });
}
