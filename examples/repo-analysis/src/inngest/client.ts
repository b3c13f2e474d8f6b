/**
 * The client and the events of this app. Where the engine is comes from the environment:
 * `INNGEST_DEV=http://127.0.0.1:8288` for development, keys and `INNGEST_BASE_URL` in production.
 */
import { eventType, Inngest } from "stepwell";
import { z } from "zod";

export const inngest: Inngest = new Inngest({ id: "repo-analysis" });

export const analyzeRequestedSchema = z.object({ jobId: z.string(), userId: z.string(), repoId: z.string() });

/** A row in the job table is to be worked on. */
export const analyzeRequested = eventType("repo/analyze.requested", { schema: analyzeRequestedSchema });
