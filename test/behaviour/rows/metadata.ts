/** Rows about what apps say of runs and steps beside their results: bare answers, and the published SDK with its middleware. */
import { createHash } from "node:crypto";
import { expect } from "vitest";
import { done, ops } from "../raw-app.ts";
import type { Row } from "../row.ts";

const hash = (id: string): string => createHash("sha1").update(id).digest("hex");
const operation = { op: "StepRun", id: hash("ask"), displayName: "ask", opts: {}, data: 1 };
const ai = { request_model: "gpt-4o", input_tokens: 1204, output_tokens: 310, latency_ms: 2100 };

export const metadataRows: Row[] = [
  {
    name: "metadata of operations is kept with the step and the run, and shown; what cannot be kept ends no run",
    durable: true,
    scripted: {
      "app-f": {
        config: { retries: 1 },
        answer: ({ body, count }) => {
          const said = (kind: string, values: unknown, more: object = {}) => ({
            kind,
            scope: "step",
            op: "set",
            values,
            ...more,
          });
          if (count === 1)
            return ops({
              ...operation,
              op: "StepError",
              error: { name: "Error", message: "busy" },
              metadata: [said("tries", { first: true, again: false })],
            });
          if (count === 2)
            return ops({
              ...operation,
              metadata: [
                said("inngest.ai", ai),
                said("tries", { again: true }, { op: "merge" }),
                said("inngest.warnings", { "sdk.NESTING_STEPS": "nested" }, { scope: "run" }),
                said("large", { text: "x".repeat(70_000) }, { scope: "run" }),
                said("odd", {}, { op: "append" }),
              ],
            });
          return done(body.steps);
        },
      },
    },
    async check(world) {
      await world.send("test/app-f");
      expect(await world.steps("f")).toMatchObject([
        { status: "Retrying", metadata: [{ kind: "tries", scope: "step", values: { first: true, again: false } }] },
      ]);
      await world.advance("1h");
      await world.restart("1s");
      const { run_id, status, output } = await world.run("f");
      expect({ status, output }).toEqual({ status: "Completed", output: { [hash("ask")]: { data: 1 } } });
      const ofStep = [
        { kind: "tries", scope: "step", values: { first: true, again: true } },
        { kind: "inngest.ai", scope: "step", values: ai },
        { kind: "stepwell.warnings", scope: "step", values: { message: expect.stringContaining('"append"') } },
      ];
      const ofRun = [
        { kind: "inngest.warnings", scope: "run", values: { "sdk.NESTING_STEPS": "nested" } },
        { kind: "stepwell.warnings", scope: "run", values: { message: expect.stringContaining("65536") } },
      ];
      const steps = await world.steps("f");
      expect(steps[0].metadata).toEqual(ofStep);
      expect(Object.keys(steps[0].metadata[1].values)).toEqual(Object.keys(ai));
      expect((await world.ask("GET", `/v1/runs/${run_id}`)).metadata).toEqual(ofRun);
      const trace = await world.ask("GET", `/v2/runs/${run_id}/trace`);
      expect(trace.metadata).toEqual(ofRun);
      expect(trace.children[0].metadata).toEqual(ofStep);
    },
  },
];

/** For a client with the metadata middleware of the published SDK. */
export const publishedMetadataRows: Row[] = [
  {
    name: "metadata of the published middleware is kept: within a step, for the run, and later for a step",
    functions: ({ fn, client }) => {
      fn("f", async ({ step }) => {
        await step.run("first", async () => {
          await client.metadata?.update({ z: 1, a: 2 });
          await client.metadata?.run().update({ who: "me" }, "owner");
          return 1;
        });
        return "done";
      });
    },
    async check(world) {
      await world.send("test/f");
      const { run_id, status } = await world.run("f");
      expect(status).toBe("Completed");
      const metadata = async () => (await world.steps("f"))[0].metadata;
      expect(await metadata()).toEqual([{ kind: "userland.default", scope: "step", values: { z: 1, a: 2 } }]);
      expect((await world.ask("GET", `/v1/runs/${run_id}`)).metadata).toEqual([
        { kind: "userland.owner", scope: "run", values: { who: "me" } },
      ]);
      await world.client?.metadata?.run(run_id).step("first").update({ good: true }, "grade");
      expect((await metadata()).slice(1)).toEqual([{ kind: "userland.grade", scope: "step", values: { good: true } }]);
    },
  },
];
