import { afterEach, describe, expect, it, vi } from "vitest";
import { createCanonicalForms } from "../../../../server/src/core/parts/canonical-forms.ts";

const parse = vi.spyOn(JSON, "parse");
afterEach(() => parse.mockClear());

describe("canonical forms", () => {
  it("are worked out once, whether or not they differ from the text", () => {
    const forms = createCanonicalForms();
    for (let time = 0; time < 3; time++) {
      const form = forms.of("run");
      expect(form(1, '{"b":1,"a":2}')).toBe('{"a":2,"b":1}');
      expect(form(2, '{"a":1}')).toBe('{"a":1}');
    }
    expect(forms.of("other")(1, '{"z":1,"a":2}')).toBe('{"a":2,"z":1}');
    expect(parse).toHaveBeenCalledTimes(3);
  });

  it("stay within their bound: those that were asked for longest ago go, those in use stay", () => {
    const text = (n: number): string => `{"z":"${"x".repeat(100)}","a":${n}}`;
    const forms = createCanonicalForms(500);
    const ask = (owner: string) => forms.of(owner)(1, text(1));
    for (const owner of ["a", "b", "c", "a", "d", "e"]) ask(owner);
    expect(parse).toHaveBeenCalledTimes(5);
    ask("a");
    expect(parse).toHaveBeenCalledTimes(5);
    ask("b");
    expect(parse).toHaveBeenCalledTimes(6);
  });

  it("keep all of one owner, however much that is, and count what is dropped no more", () => {
    const forms = createCanonicalForms(100);
    const big = forms.of("big");
    for (let round = 0; round < 2; round++)
      for (let index = 0; index < 20; index++) big(index, `{"b":${index},"a":"${"x".repeat(50)}"}`);
    expect(parse).toHaveBeenCalledTimes(20);
    forms.of("small")(0, '{"b":1,"a":2}');
    expect(big(20, '{"b":1,"a":2}')).toBe('{"a":2,"b":1}');
    parse.mockClear();
    forms.of("small")(0, '{"b":1,"a":2}');
    expect(parse).not.toHaveBeenCalled();
  });
});
