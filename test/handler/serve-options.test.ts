import { describe, expect, it, vi } from "vitest";
import { createHandler } from "../../src/handler/index.ts";
import { Inngest } from "../../src/index.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

describe("serve options", () => {
  const client = new Inngest({ id: "app", logger: silent });
  const fn = client.createFunction({ id: "f", onFailure: () => 1 }, { event: "e" }, () => 1);

  it.each([
    [client, "serve({ client, functions: [myFunction] }): its argument is a client; allowed: one object"],
    [
      undefined,
      "serve({ client, functions: [myFunction] }): its argument is undefined; allowed: an object with client, ",
    ],
    [{ client: {}, functions: [] }, "`client` is an object; allowed: a client made with this package's new Inngest()"],
    [
      { client: { ...client, [Symbol.toStringTag]: "Inngest.App" }, functions: [] },
      "`client` is of another SDK; allowed:",
    ],
    [{ functions: [] }, "`client` is missing"],
    [{ client }, "`functions` is missing"],
    [{ client, functions: fn }, "`functions` is an object; allowed: an array of functions"],
    [{ client, functions: [{}] }, "functions[0] was not made by"],
    [
      { client, functions: [{ [Symbol.toStringTag]: "Inngest.Function" }] },
      "functions[0] was not made by this package's createFunction()",
    ],
    [{ client, functions: [fn, fn] }, 'two functions have the id "app-f"'],
    [
      { client, functions: [fn, client.createFunction({ id: "f-failure" }, { event: "e" }, () => 1)] },
      'two functions have the id "app-f-failure"',
    ],
    [{ client, functions: [], landingPage: true }, "`landingPage` is not known; allowed: client, functions, id,"],
    [{ client, functions: [], streaming: "yes" }, '`streaming` is "yes"; allowed: true, false, "allow" or "force"'],
    [{ client, functions: [], streaming: true }, 'the adapter "test" cannot do here'],
    [{ client, functions: [], streaming: "force" }, 'the adapter "test" cannot do here'],
    [{ client, functions: [], servePath: "api" }, '`servePath` is "api"; allowed: a path such as "/api/inngest"'],
    [{ client, functions: [], serveOrigin: "" }, '`serveOrigin` is ""; allowed: a text'],
    [{ client, functions: [], baseUrl: "nowhere" }, '`baseUrl` is "nowhere"; allowed: an address'],
    [{ client, functions: [], id: 5 }, "`id` is 5; allowed: a text"],
    [{ client, functions: [], fetch: "x" }, '`fetch` is "x"; allowed: a function'],
    [{ client, functions: [], enableUnauthedSync: 1 }, "`enableUnauthedSync` is 1; allowed: true or false"],
    [{ client, functions: [], logLevel: "loud" }, '`logLevel` is "loud"; allowed: silent, fatal, error, warn'],
    [{ client, functions: [], signingKey: 7 }, "`signingKey` is number; allowed: a text"],
    [{ client, functions: [], signingKeyFallback: "" }, "`signingKeyFallback` is empty; allowed: a text"],
  ])("refuses %#", (options, message) => {
    expect(() => createHandler("test", options as never)).toThrow(message);
  });

  it("leaves out undefined functions with a warning", async () => {
    const warn = vi.fn();
    const loud = new Inngest({ id: "app", isDev: true, logger: silent, internalLogger: { ...silent, warn } });
    const handle = createHandler("test", { client: loud, functions: [undefined, fn] });
    expect(warn).toHaveBeenCalledOnce();
    const response = await handle({ method: "GET", url: "/", headers: { get: () => null }, text: async () => "" });
    expect(JSON.parse(response.body).function_count).toBe(2);
  });
});
