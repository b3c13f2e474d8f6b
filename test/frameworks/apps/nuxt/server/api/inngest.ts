import { serve } from "stepwell/nuxt";
import { makeApp } from "../../functions";

export default defineEventHandler(serve(makeApp("nuxt")));
