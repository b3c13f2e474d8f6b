import { serve } from "stepwell/next";
import { makeApp } from "../../functions.ts";

export default serve(makeApp("next-pages"));
