import Koa from "koa";
import { serve } from "stepwell/koa";
import { client, greet } from "./functions.mjs";

const handler = serve({ client, functions: [greet] });
const app = new Koa();
app.use((ctx, next) => (ctx.path === "/api/inngest" ? handler(ctx) : next()));
app.listen(Number(process.env.PORT), "127.0.0.1");
