/**
 * The client. Where the engine is and which keys it has come from the environment: `INNGEST_DEV=http://127.0.0.1:8288`, or
 * `INNGEST_BASE_URL`, `INNGEST_EVENT_KEY` and `INNGEST_SIGNING_KEY`.
 */
import { Inngest } from "stepwell";

export const inngest: Inngest = new Inngest({ id: "circletel" });
