import { expect, test } from "vitest";
import { fromConnectionError } from "../../../server/src/transport/connection-error.ts";

const failing = (code: string): Error => Object.assign(new Error("inner"), { code });
const url = "https://user:secret@example.com:8443/api/inngest?key=secret";

test.each([
  [failing("EHOSTUNREACH"), "unreachable", /no route to the host \(https:\/\/example\.com:8443\)/],
  [failing("EAI_AGAIN"), "unreachable", /cannot be looked up now/],
  [failing("UND_ERR_CONNECT_TIMEOUT"), "unreachable", /no connection in time/],
  [new AggregateError([failing("ECONNREFUSED"), failing("ECONNREFUSED")]), "unreachable", /connection refused/],
  [failing("DEPTH_ZERO_SELF_SIGNED_CERT"), "unsupported_protocol", /DEPTH_ZERO_SELF_SIGNED_CERT/],
  [failing("CERT_HAS_EXPIRED"), "unsupported_protocol", /CERT_HAS_EXPIRED/],
  [failing("EPIPE"), "connection_reset", /reset the connection/],
  [failing("SOMETHING_NEW"), "unreachable", /inner \(https/],
  ["thrown text", "unreachable", /thrown text/],
  [null, "unreachable", /null/],
])("%s becomes %s", (error, code, message) => {
  const got = fromConnectionError(error, url);
  expect(got).toMatchObject({ name: "CallError", code, message: expect.stringMatching(message) });
  expect(got.message).not.toContain("secret");
});

test("a URL that cannot be read is not shown", () => {
  expect(fromConnectionError(failing("ECONNREFUSED"), "secret").message).toMatch(/\(its URL\)/);
});
