/** What apps send of what their functions logged, as it is kept. */
import { describe, expect, test } from "vitest";
import { readLogged } from "../../../../server/src/core/wire/logged-lines.ts";

const lineOf = (args: unknown[], level = "info", place: unknown[] = [null, null]) =>
  readLogged({ lines: [[1000, level, args, ...place]], leftOut: 0 }).lines[0];
const said = (...args: unknown[]) => {
  const line = lineOf(args);
  return [line?.text, line?.fields];
};
const err = { name: "TypeError", message: "no money", stack: "TypeError: no money\n  at x", __serialized: true };
const kept = '{"name":"TypeError","message":"no money","stack":"TypeError: no money\\n  at x"}';

describe("a line", () => {
  test("has its texts as its text, and its objects as its fields, in whichever order a logger wants them", () => {
    expect(said("paid", { z: 1, a: 2 })).toEqual(["paid", '{"z":1,"a":2}']);
    expect(said({ z: 1 }, "paid", 3, true, null)).toEqual(["paid 3 true null", '{"z":1}']);
    expect(said("a", ["b", 1], { x: { y: [1] } }, { x: 2 })).toEqual(['a ["b",1]', '{"x":2}']);
    expect(said()).toEqual(["", null]);
  });

  test("fills in what stands for what comes next", () => {
    expect(said("%s of %d%% at %o", "half", 50, { a: 1 }, "more")).toEqual(['half of 50% at {"a":1} more', null]);
    expect(said("%cred", "color: red")).toEqual(["red", null]);
    expect(said("nothing for %s")).toEqual(["nothing for %s", null]);
  });

  test("shows an error by its message, and keeps it with its stack and without its mark", () => {
    expect(said({ err }, "failed")).toEqual(["failed", `{"err":${kept}}`]);
    expect(said(err)).toEqual(["no money", `{"err":${kept}}`]);
    expect(said("failed:", err)).toEqual(["failed:", `{"err":${kept}}`]);
    expect(said(err, err)).toEqual(["no money", `{"err":${kept}}`]);
  });

  test("has its level, its time and its step", () => {
    expect(lineOf(["x"], "error", ["hash", "charge"])).toEqual({
      at: 1000,
      level: "error",
      text: "x",
      fields: null,
      stepId: "hash",
      stepName: "charge",
    });
    expect(lineOf(["x"], "log")?.level).toBe("info");
    expect(lineOf(["warn", "as winston says it"], "log")).toMatchObject({ level: "warn", text: "as winston says it" });
  });

  test("that is too long is cut", () => {
    expect(said("x".repeat(20_000))[0]).toHaveLength(8193);
    expect(said("x", { y: "z".repeat(100_000) })).toEqual(["x", null]);
  });
});

test("what cannot be read counts as left out, and fails nothing", () => {
  const lines = [
    null,
    [],
    ["now", "info", []],
    [1, "shout", ["x"]],
    [1, "info", "x"],
    [1, "info", ["fine"]],
    [1, "info", [JSON.parse('{"__proto__":{"a":1}}')]],
  ];
  const read = readLogged({ lines, leftOut: 2 });
  expect(read.leftOut).toBe(7);
  expect(read.lines.map(({ text }) => text)).toEqual(["fine", ""]);
  for (const given of [undefined, null, 1, [], {}, { lines: 1 }, { leftOut: 4 }])
    expect(readLogged(given)).toEqual({ lines: [], leftOut: 0 });
  expect(readLogged({ lines: [], leftOut: -1 })).toEqual({ lines: [], leftOut: 0 });
  expect(readLogged({ lines: Array.from({ length: 1200 }, () => [1, "info", []]), leftOut: 0 }).leftOut).toBe(200);
});
