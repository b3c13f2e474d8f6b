/** Start mode with each SDK: signatures are made and checked both ways, with prefixed and bare keys on either side. */
import { canonicalJson } from "stepwell/signing";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { eventually } from "../helpers/eventually.ts";
import type { Column } from "./columns.ts";
import { createWorld, type Keys } from "./world.ts";

const bareKey = "7468697320697320612074657374206b6579";
const prefixedKey = `signkey-test-${bareKey}`;

const pairs: { name: string; keys: Keys }[] = [
  { name: "bare keys", keys: { engineSigningKey: bareKey, appSigningKey: bareKey, eventKey: "evt" } },
  {
    name: "keys with signkey-test-",
    keys: { engineSigningKey: prefixedKey, appSigningKey: prefixedKey, eventKey: "evt" },
  },
  {
    name: "a bare key and a prefixed app",
    keys: { engineSigningKey: bareKey, appSigningKey: prefixedKey, eventKey: "evt" },
  },
];

/** Defines the tests of one column. */
export function testSigned(column: Column): void {
  describe(`${column.name}, signed`, () => defineCases(column));
}

function defineCases(column: Column): void {
  describe.each(pairs)("$name", ({ keys }) => {
    test("three steps and onFailure", async () => {
      const world = await createWorld(column, keys);
      onTestFinished(() => world.close());
      expect(await world.run("table/three")).toMatchObject({ status: "Completed", output: [1, 2, 1] });
      expect(["a", "b", "c"].map((step) => world.calls.count(`three/${step}`))).toEqual([1, 1, 1]);
      expect(await world.run("table/fails")).toMatchObject({ status: "Failed", output: { message: "gives up" } });
      const failure = await eventually("the onFailure run", async () => {
        const [run] = await world.api.runs("?function=table-fails-failure");
        return run?.status === "Completed" || run?.status === "Failed" ? run : null;
      });
      expect(failure).toMatchObject({ status: "Completed", output: { message: "gives up", cleaned: 1 } });
    });
  });

  test("calls whose values have their keys in no order that signatures know", async () => {
    const world = await createWorld(column, pairs[1]!.keys);
    onTestFinished(() => world.close());
    const data = { zebra: 1, apple: { y: "\ud83d\ude00", x: [{ b: 1e-7, a: 2 }] }, "": 0, "10": 1, "9": 2 };
    const run = await world.run("table/keys", data);
    expect(run).toMatchObject({
      status: "Completed",
      output: [JSON.stringify(data), '{"9":null,"10":1e+21,"zebra":{"d":1,"c":"ü\u2028"},"apple":[0,0.1]}'],
    });
    // The same with all keys sorted is another text: a signature over what was sent would not have done.
    expect(JSON.stringify(data)).not.toBe(canonicalJson(data));
  });

  test("the app refuses calls that are not signed with its key", async () => {
    const world = await createWorld(column, pairs[0]!.keys);
    onTestFinished(() => world.close());
    // Version 3 reports refused calls there, whatever logger it was given.
    const report = vi.spyOn(console, "error").mockImplementation(() => {});
    onTestFinished(() => report.mockRestore());
    const [fn] = world.engine.engine.functions();
    const call = (headers: Record<string, string>) =>
      fetch(fn!.url, { method: "POST", body: "{}", headers: { "content-type": "application/json", ...headers } });
    expect((await call({})).status).toBe(401);
    const now = Math.floor(Date.now() / 1000);
    expect((await call({ "x-inngest-signature": `t=${now}&s=${"0".repeat(64)}` })).status).toBe(401);
  });
}
