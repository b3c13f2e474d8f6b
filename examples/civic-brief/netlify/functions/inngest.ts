/**
 * Netlify function `inngest`: what the engine calls, at /.netlify/functions/inngest. `stepwell/netlify` works too; `edge` is there
 * in the published SDK as well.
 */
import { serve } from "stepwell/edge";
import { inngest } from "../../src/inngest/client.ts";
import { functions } from "../../src/inngest/functions/index.ts";

// biome-ignore lint/style/noDefaultExport: Netlify asks for it
export default serve({ client: inngest, functions, servePath: "/.netlify/functions/inngest" });
