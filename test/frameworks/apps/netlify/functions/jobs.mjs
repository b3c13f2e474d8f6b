import { serve } from "stepwell/netlify";
import { client, greet } from "../functions.mjs";

// biome-ignore lint/style/noDefaultExport: Netlify asks for it
export default serve({ client, functions: [greet] });

export const config = { path: "/api/inngest" };
