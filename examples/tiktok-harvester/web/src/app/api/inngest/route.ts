/** The webhook: what the engine calls, at /api/inngest. */
import { serve } from "stepwell/next";
import { functions, inngest } from "../../../../../inngest/index.ts";

export const { GET, POST, PUT } = serve({ client: inngest, functions });

/** Jobs may take as long as the host lets a request last. */
export const maxDuration = 300;
