import { describe, expect, it } from "vitest";
import { isInngestRequest } from "../../src/index.ts";

const request = (headers: Record<string, string>): Request => new Request("http://app.test/", { headers });

describe("isInngestRequest", () => {
  it.each([
    [{ "x-run-id": "01J", "x-inngest-signature": "t=1&s=a" }, true],
    [{ "X-Run-ID": "01J", "x-inngest-signature": "" }, true],
    [{ "x-run-id": "01J" }, false],
    [{ "x-inngest-signature": "t=1&s=a" }, false],
    [{ "x-inngest-server-kind": "dev" }, false],
    [{}, false],
  ])("of the headers %j is %s", (headers, expected) => {
    expect(isInngestRequest(request(headers as Record<string, string>))).toBe(expected);
  });

  it.each([null, undefined, "x", 5, {}, { headers: null }, { headers: { "x-run-id": "1" } }])(
    "of %j is false",
    (value) => {
      expect(isInngestRequest(value)).toBe(false);
    },
  );
});
