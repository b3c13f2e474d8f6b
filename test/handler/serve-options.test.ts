import { describe, expect, it, vi } from "vitest";
import { createHandler } from "../../src/handler/index.ts";
import { Inngest } from "../../src/index.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

describe("serve options", () => {
  const client = new Inngest({ id: "app", logger: silent });
  const fn = client.createFunction({ id: "f", onFailure: () => 1 }, { event: "e" }, () => 1);

  it.each([
    [client, "takes one object, but the client was passed by itself"],
    [undefined, "serve(): takes one object"],
    [{ client: {}, functions: [] }, "`client` must be a client made with new Inngest(), but is of type object"],
    [{ functions: [] }, "`client` must be"],
    [{ client }, "`functions` must be an array of functions, but is of type undefined"],
    [{ client, functions: fn }, "`functions` must be an array"],
    [{ client, functions: [{}] }, "functions[0] was not made with"],
    [{ client, functions: [fn, fn] }, 'two functions have the id "app-f"'],
    [
      { client, functions: [fn, client.createFunction({ id: "f-failure" }, { event: "e" }, () => 1)] },
      'two functions have the id "app-f-failure"',
    ],
    [{ client, functions: [], landingPage: true }, "option `landingPage` is not supported"],
    [{ client, functions: [], streaming: "yes" }, '`streaming` must be true, false, "allow" or "force", but is "yes"'],
    [{ client, functions: [], streaming: true }, 'the adapter "test" cannot do here'],
    [{ client, functions: [], streaming: "force" }, 'the adapter "test" cannot do here'],
    [{ client, functions: [], servePath: "api" }, '`servePath` must be a path that begins with "/"'],
    [{ client, functions: [], serveOrigin: "" }, "`serveOrigin` must be an origin"],
    [{ client, functions: [], baseUrl: "nowhere" }, '`baseUrl` must be an address, but is "nowhere"'],
    [{ client, functions: [], id: 5 }, "`id` must be a text, but is of type number"],
    [{ client, functions: [], fetch: "x" }, "`fetch` must be a function"],
    [{ client, functions: [], enableUnauthedSync: 1 }, "`enableUnauthedSync` must be true or false"],
    [{ client, functions: [], logLevel: "loud" }, "`logLevel` must be silent, fatal, error, warn, info, debug"],
    [{ client, functions: [], signingKey: 7 }, "`signingKey` must be a text, but is of type number"],
  ])("refuses %#", (options, message) => {
    expect(() => createHandler("test", options as never)).toThrow(message);
  });

  it("leaves out undefined functions with a warning", async () => {
    const warn = vi.fn();
    const loud = new Inngest({ id: "app", isDev: true, logger: { ...silent, warn } });
    const handle = createHandler("test", { client: loud, functions: [undefined, fn] });
    expect(warn).toHaveBeenCalledOnce();
    const response = await handle({ method: "GET", url: "/", headers: { get: () => null }, text: async () => "" });
    expect(JSON.parse(response.body).function_count).toBe(2);
  });
});
