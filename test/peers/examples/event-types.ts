/** Examples of typed events: version 3's EventSchemas, version 4's eventType, cron and invoke. */
import { expect } from "vitest";
import { z } from "zod";
import { z as zod3 } from "zod3";
import type { Example } from "./example.ts";

export const eventTypeExamples: Example[] = [
  {
    name: "EventSchemas from a record, from a union, from zod and from any schema",
    styles: ["v3"],
    app({ sdk: { Inngest, EventSchemas } }) {
      type Records = { "typed/record": { data: { n: number } } };
      type Union = { name: "typed/union"; data: { n: number } };
      const schemas = new EventSchemas()
        .fromRecord<Records>()
        .fromUnion<Union>()
        .fromZod({ "typed/zod": { data: zod3.object({ n: zod3.number() }) } } as never)
        .fromSchema({ "typed/schema": z.object({ n: z.number() }) });
      const inngest = new Inngest({ id: "typed", schemas });
      // biome-ignore lint/suspicious/noExplicitAny: a list of names stands for four functions that are written out.
      const names = ["typed/record", "typed/union", "typed/zod", "typed/schema"] as any[];
      const functions = names.map((event: "typed/record") =>
        inngest.createFunction({ id: event.replace("/", "-") }, { event }, async ({ event, step }) =>
          step.run("double", () => event.data.n * 2),
        ),
      );
      return { client: inngest, functions };
    },
    async check({ run }) {
      for (const name of ["record", "union", "zod", "schema"]) {
        expect(await run(`typed/${name}`, { n: 21 })).toMatchObject({ status: "Completed", output: 42 });
      }
    },
  },
  {
    name: "eventType with zod: create, trigger, sendEvent, waitForEvent, cancelOn and runtime checks",
    styles: ["v4"],
    app({ sdk: { Inngest, eventType, staticSchema }, note }) {
      const inngest = new Inngest({ id: "shop" });
      const ordered = eventType("shop/ordered", { schema: z.object({ id: z.string(), sum: z.number().min(1) }) });
      const paid = eventType("shop/paid", { schema: staticSchema<{ id: string; by: string }>(), version: "2" });
      const stopped = eventType("shop/stopped");
      const order = inngest.createFunction(
        {
          id: "order",
          triggers: [{ event: ordered, if: "event.data.sum < 1000" }],
          cancelOn: [{ event: stopped, match: "data.id" }],
        },
        async ({ event, step }) => {
          note(`order ${event.data.id}`);
          const { ids } = await step.sendEvent("bill", paid.create({ id: event.data.id, by: "card" }));
          const waited = await step.waitForEvent("confirmed", {
            event: paid,
            if: "async.data.id == event.data.id && async.data.by == 'hand'",
            timeout: "1h",
          });
          return { sent: ids.length, by: waited?.data.by ?? null, v: waited?.v ?? null };
        },
      );
      const bare = inngest.createFunction({ id: "bare", triggers: [paid] }, ({ event }) => event.data.by);
      return { client: inngest, functions: [order, bare] };
    },
    async check({ client, send, finish, settled, waitsIn, run, notes, column }) {
      const { eventType } = (await column.load()).sdk;
      const ordered = eventType("shop/ordered", { schema: z.object({ id: z.string(), sum: z.number().min(1) }) });
      const { ids } = await client.send(ordered.create({ id: "o1", sum: 5 }, { id: "first" }));
      await waitsIn(ids[0] as string, "confirmed");
      await send("shop/paid", { id: "o1", by: "hand" }, { v: "2" });
      expect(await finish(ids[0] as string)).toMatchObject({
        status: "Completed",
        output: { sent: 1, by: "hand", v: "2" },
      });
      await expect(client.send(ordered.create({ id: "o2", sum: 0 }))).rejects.toThrow(/sum|>=1/i);
      const wrong = await run("shop/ordered", { id: 3, sum: 5 });
      expect(wrong).toMatchObject({ status: "Failed", output: { message: expect.stringMatching(/id/) } });
      const stopped = await send("shop/ordered", { id: "o4", sum: 5 });
      await waitsIn(stopped, "confirmed");
      await send("shop/stopped", { id: "o4" });
      expect(await settled(stopped)).toMatchObject({ status: "Cancelled" });
      expect(notes.every((note) => ["order o1", "order o4"].includes(note))).toBe(true);
    },
  },
  {
    name: "cron(), beside an event in one function",
    styles: ["v4"],
    app({ sdk: { Inngest, cron }, note }) {
      const inngest = new Inngest({ id: "crons" });
      const report = inngest.createFunction(
        { id: "report", triggers: [cron("TZ=Europe/Berlin 30 4 1 1 *"), { event: "crons/now" }] },
        ({ event }) => {
          note("report");
          return event.name;
        },
      );
      return { client: inngest, functions: [report] };
    },
    async check({ run, now, advance, ended, count }) {
      expect(await run("crons/now")).toMatchObject({ output: "crons/now" });
      const year = new Date(now()).getUTCFullYear();
      const tick = [year, year + 1].map((each) => Date.UTC(each, 0, 1, 3, 30)).find((at) => at > now()) as number;
      advance(tick - now() + 1000);
      const outputs = (await ended("report", 2)).map(({ output }) => output);
      expect(outputs).toContain("inngest/scheduled.timer");
      expect(count("report")).toBe(2);
    },
  },
];
