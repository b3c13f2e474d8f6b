/**
 * The client. Where the engine is comes from the environment: `INNGEST_DEV=http://127.0.0.1:8288` in development;
 * INNGEST_BASE_URL, INNGEST_EVENT_KEY and INNGEST_SIGNING_KEY in production.
 */
import { Inngest } from "stepwell";

export const inngest: Inngest = new Inngest({ id: "tiktok-domain-harvester" });
