/** One POST of JSON to a channel, which must say that it took it. Used by webhook and slack. Must show nothing of the address: it may be a secret. */
import type { HttpClient } from "../ports/http-client.ts";

export interface JsonPost {
  url: string;
  headers?: Readonly<Record<string, string>>;
  body: string;
}

const shownMax = 200;

/** @throws Error with what the other side said */
export async function postJson(
  { url, headers = {}, body }: JsonPost,
  http: HttpClient,
  signal: AbortSignal,
): Promise<void> {
  const outcome = await http.send(
    {
      url,
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "stepwell-alerts", ...headers },
      body,
    },
    signal,
  );
  if (outcome.kind === "failed") throw new Error(`It could not be reached: ${outcome.message}.`);
  // A redirect may have made a GET of it, which says nothing.
  if (outcome.url !== url) throw new Error("It redirects to another address. Give the channel that one.");
  if (outcome.status >= 200 && outcome.status < 300) return;
  const said = outcome.body.replace(/\s+/g, " ").trim().slice(0, shownMax);
  throw new Error(`It answered with ${outcome.status}${said === "" ? "." : `: ${said}`}`);
}
