import { expect, test } from "vitest";
import { preferredUrl, toAppPlace, withCredentialsOf } from "../../../../server/src/core/apps/app-place.ts";

test("a place is the same whoever the engine is there", () => {
  expect(toAppPlace("http://user:secret@127.0.0.1:3000/api")).toBe("http://localhost:3000/api");
  expect(toAppPlace("http://localhost:3000/api")).toBe("http://localhost:3000/api");
});

test.each([
  ["http://u:p@host/api", "http://host/api?fnId=a", "http://u:p@host/api?fnId=a"],
  ["http://u:p@127.0.0.1:3000/api", "http://localhost:3000/other", "http://u:p@localhost:3000/other"],
  ["http://u:p%40@host/api", "http://host/api", "http://u:p%40@host/api"],
  ["http://u:p@host/api", "http://evil/api", null],
  ["https://u:p@host/api", "http://host/api", null],
  ["http://u:p@host:1/api", "http://host:2/api", null],
  ["http://u:p@host/api", "http://v:q@host/api", null],
  ["http://host/api", "http://host/api", null],
  ["http://u:p@host/api", "", null],
])("credentials of %s for %s: %s", (known, named, url) => {
  expect(withCredentialsOf(known, named)).toBe(url);
});

test("of two urls of one place the newer one counts only with credentials", () => {
  expect(preferredUrl(undefined, "http://a/")).toBe("http://a/");
  expect(preferredUrl("http://u:p@a/", "http://a/")).toBe("http://u:p@a/");
  expect(preferredUrl("http://u:p@a/", "http://u:q@a/")).toBe("http://u:q@a/");
});
