import { serve } from "stepwell/netlify";
import { client, greet } from "../functions.mjs";

export default serve({ client, functions: [greet] });

export const config = { path: "/api/inngest" };
