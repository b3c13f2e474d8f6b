import { serve } from "stepwell/next";
import { makeApp } from "../../functions.ts";

// biome-ignore lint/style/noDefaultExport: Next.js asks for it
export default serve(makeApp("next-pages"));
