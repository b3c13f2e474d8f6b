import { expect, test } from "vitest";
import { shownUrl, showUrls, withoutMask } from "../../../server/src/domain/shown-url.ts";

test.each([
  ["http://localhost:3000/api/inngest", "http://localhost:3000/api/inngest"],
  ["http://host/@scope/api?mail=a@b.c", "http://host/@scope/api?mail=a@b.c"],
  ["http://user:secret@host:3000/api?x=1", "http://***@host:3000/api?x=1"],
  ["https://secret@host/api", "https://***@host/api"],
  ["HTTP://:secret@host/@scope", "HTTP://***@host/@scope"],
  ["http://user:se@cret@host/api", "http://***@host/api"],
  ["user:secret@host/api", "***@host/api"],
  ["ftp://user:secret@host", "ftp://***@host"],
  ["http://user:sec/ret@host/api", "http://***@host/api"],
  ["not a url", "not a url"],
  ["", ""],
])("%s is shown as %s", (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
});

test("urls within a text lose theirs, and nothing else does", () => {
  expect(showUrls("at http://user:it's@host/a and https://b.c/@d, ask me@mail.org")).toBe(
    "at http://***@host/a and https://b.c/@d, ask me@mail.org",
  );
});

test("a shown url is one without user and password again", () => {
  expect(withoutMask(shownUrl("http://user:secret@host/api"))).toBe("http://host/api");
});
