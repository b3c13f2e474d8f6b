/**
 * A POST whose answer may take longer than five minutes to begin: Node's own `fetch` gives up then, whatever its signal says.
 * Called by eleven-labs. Must never read what the answer holds into memory when it is not needed.
 */
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Answer } from "./ask.ts";

/** Resolves when the answer has come whole. A good one's body is thrown away. */
export function postAndWait(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
  patienceMs: number,
): Promise<Answer> {
  const request = url.startsWith("https:") ? httpsRequest : httpRequest;
  const options = {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    signal: AbortSignal.timeout(patienceMs),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (incoming) => {
      const status = incoming.statusCode ?? 0;
      const isGood = status >= 200 && status < 300;
      let text = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk: string) => {
        if (!isGood) text += chunk;
      });
      incoming.on("error", reject);
      incoming.on("end", () => {
        const pairs = Object.entries(incoming.headers).map(
          ([name, value]) => [name, String(value)] as [string, string],
        );
        resolve({ status, headers: new Headers(pairs), text: async () => text });
      });
    });
    // An aborted request rejects with an AbortError; why it was aborted stands in the signal.
    sent.on("error", (error) => reject(options.signal.aborted ? (options.signal.reason as Error) : error));
    sent.end(JSON.stringify(body));
  });
}
