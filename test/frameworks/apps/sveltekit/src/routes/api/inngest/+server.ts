import { serve } from "stepwell/sveltekit";
import { makeApp } from "../../../../functions";

export const { GET, POST, PUT } = serve(makeApp("sveltekit"));
