import { serve } from "stepwell/next";
import { makeApp } from "../../../functions.ts";

export const { GET, POST, PUT } = serve(makeApp("next-app"));
