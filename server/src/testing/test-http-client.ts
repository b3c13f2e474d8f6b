/** Requests that the engine makes for steps, answered by the test instead of the network. Made by create-test-server. */
import type { HttpClient, RequestOutcome } from "../ports/http-client.ts";

const bodiless: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** @param answer the test's own; absent: every request fails, saying what to pass. */
export function createTestHttpClient(answer?: (request: Request) => Response | Promise<Response>): HttpClient {
  return {
    async send({ url, method, headers, body }): Promise<RequestOutcome> {
      if (answer === undefined) {
        return {
          kind: "failed",
          message: `A test server makes no requests: pass \`fetch\` to createTestServer to answer ${method} ${url}.`,
        };
      }
      try {
        const init = { method, headers, ...(body === null || bodiless.has(method) ? {} : { body }) };
        const response = await answer(new Request(url, init));
        return {
          kind: "answered",
          url,
          status: response.status,
          headers: Object.fromEntries([...response.headers].map(([name, value]) => [titled(name), value])),
          body: await response.text(),
          retryAt: null,
        };
      } catch (error) {
        return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
      }
    },
    close: async () => undefined,
  };
}

/** `content-type` -> `Content-Type`. */
function titled(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
