/**
 * The client and the events of this app. Where the engine is comes from the environment:
 * `INNGEST_DEV=http://127.0.0.1:8288` for development, keys and `INNGEST_BASE_URL` in production.
 */
import { EventSchemas, Inngest } from "stepwell";

export interface AnalyzeRequested {
  data: {
    jobId: string;
    userId: string;
    repoId: string;
  };
}

/** A type, not an interface, so that it fits `Record<string, …>`. */
export type Events = {
  "repo/analyze.requested": AnalyzeRequested;
};

export const inngest: Inngest<Events> = new Inngest({
  id: "repo-analysis",
  schemas: new EventSchemas().fromRecord<Events>(),
});
