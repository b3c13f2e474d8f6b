import { serve } from "stepwell/nitro";
import { makeApp } from "../../functions";

export default defineEventHandler(serve(makeApp("nitro")));
