/** Netlify function `briefs`: GET ?userId=… tells a user what became of their briefs, failed ones with the reason. */
import { briefsOf } from "../../src/services/briefs.ts";

// biome-ignore lint/style/noDefaultExport: Netlify asks for it
export default async function briefs(request: Request): Promise<Response> {
  const userId = new URL(request.url).searchParams.get("userId");
  if (userId === null || userId === "")
    return Response.json({ error: "Say whose briefs: ?userId=user_1" }, { status: 400 });
  try {
    return Response.json({ briefs: await briefsOf(userId) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return Response.json({ error: `The briefs cannot be read. ${message}` }, { status: 503 });
  }
}
