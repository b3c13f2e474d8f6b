/**
 * The client and the event of this app. Where the engine is comes from the environment: `INNGEST_DEV=http://127.0.0.1:8288` in
 * development; INNGEST_BASE_URL, INNGEST_EVENT_KEY and INNGEST_SIGNING_KEY in production.
 */
import { eventType, Inngest } from "stepwell";
import { z } from "zod";

export const inngest: Inngest = new Inngest({ id: "hakivo-civic-pulse" });

export const briefSchema = z.object({
  userId: z.string().min(1),
  policyInterests: z.array(z.string().min(1)).min(1),
});

/** Somebody is to get a brief. */
export const briefRequested = eventType("brief/generate.requested", { schema: briefSchema });
