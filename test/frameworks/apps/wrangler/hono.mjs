import { Hono } from "hono";
import { serve } from "stepwell/hono";
import { makeApp } from "./functions.mjs";

const app = new Hono();
app.on(["GET", "POST", "PUT"], "/api/inngest", serve(makeApp("worker-hono")));

export default app;
