import express from "express";
import { serve } from "stepwell/express";
import { client, greet } from "./functions.mjs";

const app = express();
app.use(express.json({ limit: "4mb" }));
app.use("/api/inngest", serve({ client, functions: [greet] }));
app.listen(Number(process.env.PORT), "127.0.0.1");
