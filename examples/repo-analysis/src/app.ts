/**
 * The web app: starts jobs, shows them, and serves the functions to the engine.
 * Called by `server.ts`. Binds no port.
 */
import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import { Hono } from "hono";
import { serve } from "stepwell/hono";
import type { AnalyzeRepoDependencies } from "./analyze-in-steps.ts";
import { assertGitRepository } from "./commits/local-git.ts";
import { parseRepoRef, toRepoId } from "./commits/repo-ref.ts";
import { inngest } from "./inngest/client.ts";
import { createFunctions } from "./inngest/functions/index.ts";
import type { JobClaims } from "./job-claims.ts";
import type { SecretKind, Secrets } from "./secrets.ts";

export interface AppOptions extends AnalyzeRepoDependencies {
  /** Most commits that a job may read. */
  maxCommits: number;
  /** Where a relative folder starts. */
  cwd: string;
  claims: JobClaims;
  secrets: Pick<Secrets, "save">;
  /** Whether a fallback worker takes the jobs that no engine could be told of. */
  hasWorker: boolean;
}

interface StartRequest {
  repoId: string;
  userId: string;
}

export function createApp(options: AppOptions): Hono {
  const app = new Hono();
  app.on(["GET", "PUT", "POST"], "/api/inngest", serve({ client: inngest, functions: createFunctions(options) }));
  app.get("/health", (context) => context.json({ status: "ok" }));
  app.post("/api/analysis/start", (context) => startAnalysis(context, options));
  app.put("/api/secrets/:userId", (context) => saveSecrets(context, options));
  app.get("/api/analysis/:jobId", (context) => {
    const jobId = context.req.param("jobId");
    const job = options.jobs.find(jobId);
    if (job === null) return context.json({ error: `There is no job ${jobId}.` }, 404);
    return context.json({ ...job, steps: options.jobs.listSteps(jobId) });
  });
  return app;
}

/** The row comes first: the function reads it, and an event without its row would fail. */
async function startAnalysis(
  context: Context,
  { jobs, claims, hasWorker, maxCommits, cwd }: AppOptions,
): Promise<Response> {
  let request: StartRequest;
  try {
    request = await readStartRequest(context, cwd);
  } catch (error) {
    return context.json({ error: messageOf(error) }, 400);
  }
  const jobId = randomUUID();
  jobs.create({ id: jobId, ...request, maxCommits });
  try {
    const { ids } = await inngest.send({ name: "repo/analyze.requested", data: { jobId, ...request } });
    claims.markDispatched(jobId);
    return context.json({ jobId, eventIds: ids }, 202);
  } catch (error) {
    if (hasWorker) {
      claims.leaveToWorker(jobId);
      return context.json({ jobId, eventIds: [], workedBy: "worker" }, 202);
    }
    jobs.markError(jobId, messageOf(error));
    return context.json({ error: `The event could not be sent: ${messageOf(error)}`, jobId }, 502);
  }
}

const secretFields: readonly (readonly [field: string, kind: SecretKind])[] = [
  ["githubToken", "github-token"],
  ["llmApiKey", "llm-key"],
];

/** Keeps what of a user's secrets is in the body. The answer never has them. */
async function saveSecrets(context: Context, { secrets }: AppOptions): Promise<Response> {
  const body = ((await context.req.json().catch(() => null)) ?? {}) as Record<string, unknown>;
  const given = secretFields.filter(([field]) => typeof body[field] === "string" && body[field] !== "");
  if (given.length === 0)
    return context.json(
      { error: 'Expected JSON such as {"githubToken": "…", "llmApiKey": "…"}; one may be left out.' },
      400,
    );
  try {
    for (const [field, kind] of given) secrets.save(context.req.param("userId") ?? "", kind, String(body[field]));
  } catch (error) {
    return context.json({ error: messageOf(error) }, 503);
  }
  return context.json({ saved: given.map(([field]) => field) });
}

async function readStartRequest(context: Context, cwd: string): Promise<StartRequest> {
  const body: unknown = await context.req.json().catch(() => null);
  const { repoId, userId = "anonymous" } = (body ?? {}) as { repoId?: unknown; userId?: unknown };
  if (typeof repoId !== "string" || typeof userId !== "string") {
    throw new Error('Expected JSON such as {"repoId": "/path/of/a/clone", "userId": "me"}; userId may be left out.');
  }
  const repo = parseRepoRef(repoId, cwd);
  if (repo.kind === "local") await assertGitRepository(repo.path);
  return { repoId: toRepoId(repo), userId };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
