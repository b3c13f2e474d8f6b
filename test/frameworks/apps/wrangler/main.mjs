import { serve } from "stepwell/cloudflare";
import { client, greet } from "./functions.mjs";

export default { fetch: serve({ client, functions: [greet] }) };
