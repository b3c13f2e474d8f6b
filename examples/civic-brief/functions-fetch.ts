/** Finds the file of netlify/functions that a request is for, as Netlify does. Called by host.ts and tests. */
import briefs from "./netlify/functions/briefs.ts";
import inngest from "./netlify/functions/inngest.ts";
import triggerBrief from "./netlify/functions/trigger-brief.ts";

type NetlifyFunction = (request: Request) => Promise<Response>;

const functions: Readonly<Record<string, NetlifyFunction>> = { briefs, inngest, "trigger-brief": triggerBrief };

/** `/.netlify/functions/<name>`; 404 for all else. */
export async function functionsFetch(request: Request): Promise<Response> {
  const name = /^\/\.netlify\/functions\/([\w-]+)\/?$/.exec(new URL(request.url).pathname)?.[1] ?? "";
  const handle = Object.hasOwn(functions, name) ? functions[name] : undefined;
  return handle === undefined ? new Response("There is no such function.", { status: 404 }) : handle(request);
}
