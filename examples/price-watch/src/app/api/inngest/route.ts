/** Serves the background functions to the engine. */
import { serve } from "stepwell/next";
import { functions, inngest } from "../../../lib/inngest/index.ts";

export const { GET, POST, PUT } = serve({ client: inngest, functions });
