/** The two hooks around events that are sent. */
import { expect } from "vitest";
import type { Row } from "./row.ts";
import type { Any } from "./stage.ts";

export const sendRows: readonly Row[] = [
  {
    name: "transformSendEvent sees raw events, wrapSendEvent what travels; a function's own only within its runs",
    async check({ app, withHooks }) {
      const seen: unknown[] = [];
      const named = (name: string) =>
        withHooks({
          transformSendEvent(args: Any) {
            seen.push([name, "transform", structuredClone(args.events), args.fn?.id() ?? null]);
            return args;
          },
          wrapSendEvent({ next, events, fn }: Any) {
            seen.push([name, "wrap", structuredClone(events), fn?.id() ?? null]);
            return next();
          },
        });
      const { client, call } = app({
        middleware: [named("c")],
        fnMiddleware: [named("f")],
        handler: ({ step }) => step.sendEvent("s", { name: "y" }),
      });
      await client.send({ name: "x" });
      const final = (name: string) => [expect.objectContaining({ name, data: {}, ts: expect.any(Number) })];
      expect(seen.splice(0)).toEqual([
        ["c", "transform", [{ name: "x" }], null],
        ["c", "wrap", final("x"), null],
      ]);
      await call();
      expect(seen).toEqual([
        ["c", "transform", [{ name: "y" }], "f"],
        ["f", "transform", [{ name: "y" }], "f"],
        ["c", "wrap", final("y"), "f"],
        ["f", "wrap", final("y"), "f"],
      ]);
    },
  },
  {
    name: "sending nothing is transformed and not wrapped; transformSendEvent that returns nothing changes nothing",
    async check({ app, withHooks }) {
      const seen: string[] = [];
      const Class = withHooks({
        transformSendEvent: () => void seen.push("transform"),
        wrapSendEvent({ next }: Any) {
          seen.push("wrap");
          return next();
        },
      });
      const { client, sent } = app({ middleware: [Class] });
      expect(await client.send([])).toEqual({ ids: [] });
      expect([seen.splice(0), sent.length]).toEqual([["transform"], 0]);
      await client.send({ name: "x" });
      expect(seen).toEqual(["transform", "wrap"]);
      expect(sent[0]?.body).toMatchObject([{ name: "x" }]);
    },
  },
  {
    name: "what they throw rejects the send, and fails step.sendEvent",
    async check({ app, withHooks }) {
      for (const hook of ["transformSendEvent", "wrapSendEvent"]) {
        const Class = withHooks({
          [hook]: () => {
            throw new Error("no");
          },
        });
        const { client, call } = app({
          middleware: [Class],
          handler: ({ step }) => step.sendEvent("s", { name: "x" }),
        });
        await expect(client.send({ name: "x" })).rejects.toThrow("no");
        expect((await call()).json[0]).toMatchObject({ op: "StepError", error: { message: "no" } });
      }
    },
  },
];
