/** What a run's sessions do to what it sends and invokes, and what middleware sees of it. */
import { expect } from "vitest";
import type { Row } from "./row.ts";
import type { Any } from "./stage.ts";

const inRun = { event: { meta: { sessions: { chat: 7 } } } };
const own = { propagated_sessions: { own: "1" } };
const inherited = { propagated_sessions: { chat: "7" } };

const shares = (name: string, sessions: readonly unknown[], expected: object | null): Row => ({
  name: `ctx.sessions of ${sessions.length} events: ${name}`,
  async check({ app }) {
    const { call } = app({ handler: (ctx) => ctx.sessions ?? null });
    const events = sessions.map((one) => (one === undefined ? {} : { meta: { sessions: one } }));
    expect((await call({ events })).json).toEqual(expected);
  },
});

export const sessionRows: readonly Row[] = [
  {
    name: "step.sendEvent: each event has them before transformSendEvent, in place of those set by hand",
    async check({ app, withHooks }) {
      const seen: Any[] = [];
      const Class = withHooks({
        transformSendEvent(args: Any) {
          seen.push(...structuredClone(args.events));
          return args;
        },
      });
      const events = [{ name: "x" }, { name: "y", meta: own }];
      const { call, sent } = app({ middleware: [Class], handler: ({ step }) => step.sendEvent("s", events) });
      await call(inRun);
      expect(seen.map(({ meta }) => meta)).toEqual([inherited, inherited]);
      expect(sent[0]?.body.map(({ meta }: Any) => meta)).toEqual([inherited, inherited]);
    },
  },
  {
    name: "step.invoke: transformStepInput sees them in the payload, and they travel",
    async check({ app, withHooks }) {
      const seen: Any[] = [];
      const Class = withHooks({
        transformStepInput(args: Any) {
          seen.push(structuredClone(args.input[0].payload.meta));
          return args;
        },
      });
      const { fn } = app({});
      const { call } = app({
        middleware: [Class],
        handler: ({ step }) => step.invoke("s", { function: fn, data: {} }),
      });
      const [operation] = (await call(inRun)).json;
      expect(seen).toEqual([inherited]);
      expect(operation.opts.payload.meta).toEqual(inherited);
    },
  },
  {
    name: "send of the function's own client, in a run or in its step: set where it is absent; another client's: not",
    async check({ app }) {
      const other = app({});
      const { call, client, sent } = app({
        handler: async ({ step }) => {
          await client.send([{ name: "x" }, { name: "y", meta: own }, { name: "z", meta: { sessions: { mine: 3 } } }]);
          await other.client.send({ name: "x" });
          await step.run("s", () => client.send({ name: "x" }));
        },
      });
      await call(inRun);
      expect(sent.map(({ body }) => body.map(({ meta }: Any) => meta))).toEqual([
        [inherited, own, { sessions: { mine: "3" }, ...inherited }],
        [inherited],
      ]);
      expect(other.sent[0]?.body[0]).not.toHaveProperty("meta");
    },
  },
  {
    name: "what the handler makes of ctx.sessions is what is passed on",
    async check({ app }) {
      const changes: ((ctx: Any) => void)[] = [
        ({ sessions }) => Object.assign(sessions, { more: "2" }),
        (ctx) => {
          ctx.sessions = { other: 5 };
        },
      ];
      const passedOn: Any[] = [];
      for (const change of changes) {
        const { call, client, fn, sent } = app({
          handler: async (ctx) => {
            change(ctx);
            await client.send({ name: "x" });
            return ctx.step[ctx.event.data.kind](
              "s",
              ctx.event.data.kind === "invoke" ? { function: fn } : { name: "y" },
            );
          },
        });
        const answers = [];
        for (const kind of ["sendEvent", "invoke"])
          answers.push(await call({ event: { ...inRun.event, data: { kind } } }));
        passedOn.push([sent.map(({ body }) => body[0].meta), answers[1]?.json[0].opts.payload.meta]);
      }
      const twice = (sessions: object) => {
        const meta = { propagated_sessions: sessions };
        return [[meta, meta, meta], meta];
      };
      expect(passedOn).toEqual([twice({ chat: "7", more: "2" }), twice({ other: "5" })]);
    },
  },
  {
    name: "off: ctx has none and nothing inherits, and what events say themselves travels",
    async check({ app }) {
      const { call, sent } = app({
        client: { sessionPropagation: false },
        handler: async (ctx) => {
          expect("sessions" in ctx).toBe(false);
          return ctx.step.sendEvent("s", [
            { name: "x" },
            { name: "y", meta: own },
            { name: "z", meta: { sessions: { a: 1 } } },
          ]);
        },
      });
      await call(inRun);
      expect(sent[0]?.body.map(({ meta }: Any) => meta)).toEqual([undefined, own, { sessions: { a: "1" } }]);
    },
  },
  shares("all, up to five by their names", [{ f: 1, e: 1, d: 1, c: 1, b: 1, a: 1 }], {
    a: "1",
    b: "1",
    c: "1",
    d: "1",
    e: "1",
  }),
  shares(
    "those that all events have, with one id",
    [
      { a: 1, b: 2, c: null },
      { a: "1", b: 3 },
    ],
    { a: "1" },
  ),
  shares("none that an event lacks", [{ a: 1 }, undefined], null),
  shares("none that are cut off", [null], null),
  {
    name: "what an event inherited counts once an engine has joined it to its sessions",
    async check({ app }) {
      const { call } = app({ handler: ({ sessions }) => sessions ?? null });
      expect((await call({ event: { meta: inherited } })).json).toBeNull();
    },
  },
  ...[
    [{ sessions: { a: null, b: 1 } }, { sessions: { a: null, b: "1" } }],
    [{ sessions: null }, { sessions: null }],
    [{ sessions: {}, propagated_sessions: {}, other: 1 }, undefined],
    [{ propagated_sessions: { a: 4 } }, { propagated_sessions: { a: "4" } }],
  ].map(
    ([meta, expected]): Row => ({
      name: `meta ${JSON.stringify(meta)} travels as ${JSON.stringify(expected)}`,
      async check({ app }) {
        const { client, sent } = app({});
        await client.send({ name: "x", meta });
        expect(sent[0]?.body[0].meta).toEqual(expected);
      },
    }),
  ),
  {
    name: "meta that is wrong rejects the send",
    async check({ app }) {
      const { client, sent } = app({});
      const wrong = [{ "": "x" }, { a: "" }, { a: true }, { a: Number.NaN }, "a", ["a"]].map((sessions) => ({
        sessions,
      }));
      for (const meta of [...wrong, { propagated_sessions: { a: null } }]) {
        await expect(client.send({ name: "x", meta })).rejects.toThrow();
      }
      expect(sent).toEqual([]);
    },
  },
];
