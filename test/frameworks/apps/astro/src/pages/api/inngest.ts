import { serve } from "stepwell/astro";
import { makeApp } from "../../../functions";

export const { GET, POST, PUT } = serve(makeApp("astro"));
