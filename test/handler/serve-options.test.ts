import { describe, expect, it, vi } from "vitest";
import { createHandler } from "../../src/handler/index.ts";
import { Inngest } from "../../src/index.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

describe("serve options", () => {
  const client = new Inngest({ id: "app", logger: silent });
  const fn = client.createFunction({ id: "f", onFailure: () => 1 }, { event: "e" }, () => 1);

  it.each([
    [client, "the client was passed by itself"],
    [undefined, "serve() expects"],
    [{ client: {}, functions: [] }, "`client` is not a client"],
    [{ client, functions: fn }, "`functions` is not an array"],
    [{ client, functions: [{}] }, "functions[0] was not made with"],
    [{ client, functions: [fn, fn] }, 'two functions have the id "app-f"'],
    [
      { client, functions: [fn, client.createFunction({ id: "f-failure" }, { event: "e" }, () => 1)] },
      'two functions have the id "app-f-failure"',
    ],
    [{ client, functions: [], streaming: true }, "`streaming` is not supported in this version"],
    [{ client, functions: [], servePath: "api" }, "`servePath` must be a path"],
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
