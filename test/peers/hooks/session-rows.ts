/** What a run's sessions do to what it sends and invokes, and what middleware sees of it. */
import { expect } from "vitest";
import type { Row } from "./row.ts";
import type { Any } from "./stage.ts";

const inRun = { event: { meta: { sessions: { chat: 7 } } } };
const own = { propagated_sessions: { own: "1" } };
const inherited = { propagated_sessions: { chat: "7" } };

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
];
