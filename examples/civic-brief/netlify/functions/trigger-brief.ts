/** Netlify function `trigger-brief`: POST {"userId":"…","policyInterests":["…"]} asks for a brief by hand. */
import { briefRequested, briefSchema, inngest } from "../../src/inngest/client.ts";

const expected = 'Expected a body like {"userId":"user_1","policyInterests":["healthcare","education"]}.';

// biome-ignore lint/style/noDefaultExport: Netlify asks for it
export default async function triggerBrief(request: Request): Promise<Response> {
  if (request.method !== "POST")
    return Response.json(
      { error: `This takes POST, not ${request.method}.` },
      { status: 405, headers: { allow: "POST" } },
    );
  const wanted = briefSchema.safeParse(await request.json().catch(() => null));
  if (!wanted.success) return Response.json({ error: expected }, { status: 400 });
  try {
    const { ids } = await inngest.send({ name: briefRequested.name, data: wanted.data });
    return Response.json({ success: true, message: "Brief generation started", eventId: ids[0] });
  } catch (error) {
    console.error("The event was not sent:", error);
    return Response.json({ error: "The job engine cannot be reached. Try again in a minute." }, { status: 503 });
  }
}
