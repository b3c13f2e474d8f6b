/**
 * The background job: five durable steps from a job row to a saved analysis.
 * A step that has finished is never run again, whatever happens to the engine or to this app; a step that fails is
 * tried again by itself. What a step returns is kept by the engine, so no step returns the GitHub token.
 */
import { type InngestFunction, NonRetriableError } from "stepwell";
import { type AnalyzeRepoDependencies, analyzeInSteps } from "../../analyze-in-steps.ts";
import { analyzeRequested, analyzeRequestedSchema, inngest } from "../client.ts";

export function createAnalyzeRepo(dependencies: AnalyzeRepoDependencies): InngestFunction {
  return inngest.createFunction(
    {
      id: "analyze-repo",
      name: "Analyze a repository",
      retries: 5,
      triggers: [analyzeRequested],
      onFailure: async ({ event, error }) => {
        const failed = analyzeRequestedSchema.safeParse(event.data.event.data);
        if (failed.success) dependencies.jobs.markError(failed.data.jobId, error.message);
      },
    },
    async ({ event, step, runId }) => {
      const wanted = analyzeRequestedSchema.safeParse(event.data);
      if (!wanted.success)
        throw new NonRetriableError(
          'The event names no job; expected data like {"jobId":"…","userId":"…","repoId":"…"}.',
        );
      return analyzeInSteps(dependencies, wanted.data.jobId, {
        by: { engine: runId },
        // What the steps return is JSON, and comes back as it was.
        run: <T>(name: string, work: () => Promise<T>) => step.run(name, work) as Promise<T>,
      });
    },
  );
}
