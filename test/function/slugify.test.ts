import { describe, expect, it } from "vitest";
import { slugify } from "../../src/index.ts";

describe("slugify", () => {
  it.each([
    ["Hello World!", "hello-world"],
    ["  a--B_c ", "a-b-c"],
    ["äö ü/x.y", "x-y"],
    ["fooBar", "foobar"],
    ["a'b", "a-b"],
    ["---", ""],
    ["", ""],
  ])("makes of %j the id %j", (text, id) => {
    expect(slugify(text)).toBe(id);
    expect(slugify(id)).toBe(id);
  });
});
