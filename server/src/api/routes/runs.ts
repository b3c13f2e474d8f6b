/** `/v1/runs`: what ran and how. Lists, steps and queue items are read from the store, so they are never older than their answer. */
import { EngineError } from "../../domain/error.ts";
import { type RunStatus, runStatuses } from "../../domain/run/run.ts";
import type { AttemptRecord } from "../../domain/run/step.ts";
import { viewSteps } from "../../domain/run/step-view.ts";
import type { RunFilter } from "../../ports/store.ts";
import type { Api, ApiContext, ApiParts } from "../api-parts.ts";
import { envelope, presentAttempt, presentJob, presentMetadata, presentRun, presentStep } from "../present.ts";
import { readCursor, readId, readLimit } from "../query.ts";

const jobsMax = 10;

function readStatus(c: ApiContext): RunStatus | null {
  const text = c.req.query("status");
  if (text === undefined || text === "") return null;
  const status = runStatuses.find((known) => known.toLowerCase() === text.toLowerCase());
  if (status !== undefined) return status;
  throw new EngineError("invalid_request", `Invalid status: ${text}. Expected one of ${runStatuses.join(", ")}.`);
}

async function readFilter(c: ApiContext, { store }: ApiParts): Promise<RunFilter> {
  const filter: RunFilter = { limit: readLimit(c) };
  const cursor = readCursor(c);
  if (cursor !== null) filter.cursor = cursor;
  const status = readStatus(c);
  if (status !== null) filter.status = status;
  const slug = c.req.query("function");
  if (slug === undefined || slug === "") return filter;
  const fn = (await store.listFunctions()).find((known) => known.slug === slug || known.id === slug);
  if (fn === undefined)
    throw new EngineError(
      "unknown_function",
      `There is no function "${slug}". Expected an id like my-app-my-function.`,
    );
  return { ...filter, functionId: fn.id };
}

function attemptsByStep(attempts: AttemptRecord[]): Map<string | null, AttemptRecord[]> {
  const grouped = new Map<string | null, AttemptRecord[]>();
  for (const attempt of attempts) grouped.set(attempt.stepId, [...(grouped.get(attempt.stepId) ?? []), attempt]);
  return grouped;
}

export function addRunRoutes(app: Api, parts: ApiParts): void {
  const { engine, store, clock, respond } = parts;
  const existing = async (c: ApiContext) => {
    const id = readId(c, "id", "run");
    const run = await store.getRun(id);
    if (run === null) throw new EngineError("run_not_found", `Run not found: ${id}`);
    return run;
  };

  app.get("/v1/runs", async (c) => {
    const filter = await readFilter(c, parts);
    const runs = await store.listRuns(filter);
    const { data, metadata } = envelope(
      runs.map((run) => presentRun(run, engine.functionById(run.functionId))),
      clock.now(),
    );
    metadata.next_cursor = runs.length === filter.limit ? (runs.at(-1)?.id ?? null) : null;
    return respond.json(200, { data, metadata });
  });

  app.get("/v1/runs/:id", async (c) => {
    const run = await existing(c);
    const attempts = (await store.listAttempts(run.id)).filter(({ stepId }) => stepId === null);
    const metadata = (await store.listMetadata(run.id)).filter(({ stepId }) => stepId === null);
    const json = {
      ...presentRun(run, engine.functionById(run.functionId)),
      failed_attempts: attempts.map(presentAttempt),
      metadata: metadata.map(presentMetadata),
    };
    return respond.json(200, envelope(json, clock.now()));
  });

  app.delete("/v1/runs/:id", async (c) => {
    await engine.cancelRun(readId(c, "id", "run"));
    return respond.empty(200);
  });

  app.get("/v1/runs/:id/steps", async (c) => {
    const run = await existing(c);
    const [steps, attempts, metadata] = await Promise.all([
      store.listSteps(run.id),
      store.listAttempts(run.id),
      store.listMetadata(run.id),
    ]);
    const grouped = attemptsByStep(attempts);
    return respond.json(
      200,
      envelope(
        viewSteps(run, steps, attempts).map((step) => presentStep(step, grouped.get(step.id) ?? [], metadata)),
        clock.now(),
      ),
    );
  });

  app.get("/v1/runs/:id/jobs", async (c) => {
    const run = await existing(c);
    const items = await store.listItems(run.id);
    return respond.json(200, envelope(items.slice(0, jobsMax).map(presentJob), clock.now()));
  });
}
