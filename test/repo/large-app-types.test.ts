import { describe, expect, it } from "vitest";
import { checkSource, writeLargeApp } from "../helpers/large-app.ts";

describe.each(["EventSchemas", "eventType"] as const)("the types of an app that declares 60 events by %s", (style) => {
  const check = (events: number, functions: number) => checkSource(writeLargeApp({ style, events, functions }));

  it("hold for 30 functions, and cost the compiler no more than their number", () => {
    const declared = check(60, 0);
    const full = check(60, 30);
    expect(full.errors).toEqual([]);
    // zod's own share is in `declared`. Counted, not timed: `npm run bench:types` says how long it takes.
    expect((full.instantiations - declared.instantiations) / 30).toBeLessThan(1500);
    expect(full.instantiations).toBeLessThan(120_000);
  });

  it("find what is wrong", () => {
    const source = writeLargeApp({ style, events: 3, functions: 2 });
    const wrong = source.replace("event.data.user.name", "event.data.user.nome");
    expect(checkSource(source).errors).toEqual([]);
    expect(checkSource(wrong).errors.join()).toContain("'nome' does not exist");
  });
});
