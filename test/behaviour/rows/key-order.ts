/** Rows about values: what a call sees of one is what every other call sees, with the keys in their order. */
import { expect } from "vitest";
import type { Context, Row } from "../row.ts";

const prices = () => ({ zebra: 1, "10": 4, apple: { d: 1, c: [{ b: 1, a: 2 }] }, "9": 3, mango: 3 });
/** As JavaScript orders it: integers first. */
const order = "9,10,zebra,apple,mango";
const keysOf = (value: object): string => Object.keys(value).join();
const inside = ({ apple }: ReturnType<typeof prices>): string =>
  [keysOf(apple), ...apple.c.map((item) => keysOf(item))].join(";");

export const keyOrderRows: Row[] = [
  {
    name: "a loop over the keys of a step's result gives each key its own step, in every call",
    alsoWithoutCheckpoints: true,
    durable: true,
    functions: ({ fn, world }) =>
      fn("f", async ({ step }) => {
        const charged: Record<string, string> = {};
        for (const key of Object.keys(await step.run("prices", prices))) {
          charged[key] = await step.run("charge", () => world.note(key, `charged ${key}`));
          await step.sleep("pause", "1h");
        }
        return charged;
      }),
    async check(world) {
      await world.send("test/f");
      await world.advance("2h");
      await world.restart("10m");
      await world.advance("3h");
      const { output } = await world.run("f");
      const keys = order.split(",");
      expect(output).toEqual(Object.fromEntries(keys.map((key) => [key, `charged ${key}`])));
      expect(keysOf(output)).toBe(order);
      expect(world.log).toEqual(keys);
    },
  },
  {
    name: "event data, results of steps and runs, awaited events and errors keep the order of their keys",
    alsoWithoutCheckpoints: true,
    functions({ fn, world }) {
      const see = (what: string, value: ReturnType<typeof prices>): void =>
        void world.note(`${what}: ${keysOf(value)} ${inside(value)}`);
      const child = fn("child", ({ event }: Context) => {
        see("child", event.data.given);
        return prices();
      });
      fn("f", async ({ event, events, step }) => {
        see("event", event.data);
        see("events", events[0].data);
        see("step", await step.run("step", prices));
        await step.sleep("pause", "1h");
        see("invoked", await step.invoke("invoke", { function: child, data: { given: prices() } }));
        const wait = step.waitForEvent("wait", { event: "test/told", timeout: "1h" });
        await step.sendEvent("tell", { name: "test/told", data: prices() });
        see("waited", (await wait).data);
        const error = await step
          .run("fail", () => Promise.reject(new Error("no", { cause: prices() })))
          .catch((caught: Error) => caught);
        see("cause", error.cause);
        await step.sleep("pause again", "1h");
        return prices();
      });
    },
    async check(world) {
      await world.send("test/f", prices());
      await world.advance("1h");
      // The step that fails is tried four times more.
      await world.advance("4h");
      expect((await world.run("f")).status).toBe("Completed");
      const whats = ["event", "events", "step", "child", "invoked", "waited", "cause"];
      expect(new Set(world.log)).toEqual(new Set(whats.map((what) => `${what}: ${order} d,c;b,a`)));
    },
  },
];
