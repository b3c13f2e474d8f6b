/** The app by itself, beside `stepwell dev`; brings the outside along. */
import { createApp } from "./app.ts";
import { listen, startOutside } from "./outside.ts";

const outside = await startOutside();
const app = createApp({
  engineUrl: process.env.INNGEST_BASE_URL ?? "http://127.0.0.1:8288",
  outsideUrl: outside.url,
  signingKey: process.env.INNGEST_SIGNING_KEY ?? null,
});
const { url } = await listen(app.fetch, Number(process.env.PORT ?? 3000));
console.log(`app     ${url}/api/inngest\noutside ${outside.url}`);
