/** What the SDK logs of a call, where, and when the logger is flushed. */
import { expect } from "vitest";
import type { Row } from "./row.ts";
import type { Any } from "./stage.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export const loggingRows: readonly Row[] = [
  {
    name: "a failed step and a failed handler are logged before hooks are told",
    async check({ app, withHooks }) {
      const order: string[] = [];
      const logger = { ...silent, error: (fields: Any) => void order.push(`log ${fields.err.message}`) };
      const Class = withHooks({
        onStepError: () => void order.push("onStepError"),
        onRunError: () => void order.push("onRunError"),
      });
      const { call } = app({
        client: { logger },
        middleware: [Class],
        handler: ({ step, event }) => {
          if (event.data.run) throw new Error("run");
          return step.run("a", () => Promise.reject(new Error("step")));
        },
      });
      await call();
      await call({ event: { data: { run: true } } });
      expect(order).toEqual(["log step", "onStepError", "log run", "onRunError"]);
    },
  },
  {
    name: "ctx.logger is the logger's child, drops what is replayed, and passes on what else it has",
    async check({ app }) {
      const lines: unknown[] = [];
      const fields: unknown[] = [];
      const child = { ...silent, info: (text: string) => void lines.push(text), own: () => "own" };
      const logger = {
        ...silent,
        child(given: unknown) {
          fields.push(given);
          return child;
        },
      };
      const { call } = app({
        client: { logger },
        handler: async ({ step, logger: log }) => {
          log.info("before");
          await step.run("a", () => 1);
          log.info("after");
          return log.own();
        },
      });
      const { json } = await call({
        steps: { a: { type: "data", data: 1 } },
        headers: { "x-request-id": "r", "x-inngest-job-id": "j" },
      });
      expect(json).toBe("own");
      expect(lines).toEqual(["after"]);
      expect(fields).toEqual([{ runID: "run-1", eventName: "e", requestId: "r", jobId: "j" }]);
    },
  },
  {
    name: "flush() is awaited once a call, and not for client.send",
    async check({ app }) {
      let flushed = 0;
      const logger = {
        ...silent,
        async flush() {
          await new Promise((resolve) => setTimeout(resolve, 0));
          flushed++;
        },
      };
      const { call, client } = app({ client: { logger }, handler: ({ step }) => step.run("a", () => 1) });
      await call({ checkpoints: true });
      expect(flushed).toBe(1);
      await call();
      expect(flushed).toBe(2);
      await client.send({ name: "x" });
      expect(flushed).toBe(2);
    },
  },
  {
    name: "an id that parallel steps share is warned of in the internal logger, with a code, a reason and what to do",
    oursOnly: "the published one looks for it in chains of steps alone",
    async check({ app }) {
      const warnings: Any[] = [];
      const internalLogger = { ...silent, warn: (...args: unknown[]) => void warnings.push(args) };
      const { call } = app({
        client: { logger: silent, internalLogger },
        handler: ({ step }) => Promise.all([1, 2].map(() => step.run("same", () => 1))),
      });
      await call();
      expect(warnings[0][0]).toMatchObject({
        code: "AUTOMATIC_PARALLEL_INDEXING",
        explanation: expect.any(String),
        action: expect.any(String),
      });
    },
  },
];
