/** Apps may answer anything: whatever stands in an operation, it ends the call or its run, and is never tried again in a loop. */
import fc from "fast-check";
import { opcodes } from "stepwell/protocol";
import { expect, test } from "vitest";
import { readAnswer } from "../../../../server/src/transport/read-answer.ts";
import { createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { runs } from "../../../helpers/runs.ts";

const json = fc.jsonValue({ maxDepth: 2 });
const opts = fc.oneof(
  json,
  fc.dictionary(
    fc.constantFrom(
      "event",
      "if",
      "timeout",
      "signal",
      "function_id",
      "payload",
      "url",
      "headers",
      "body",
      "input",
      "duration",
      "conflict",
      "method",
      "parallelMode",
      "auth",
      "format",
      "publish",
    ),
    fc.oneof(json, fc.constantFrom("1h", "app-f", "http://x.test/", "race", "openai-chat", "async.data.x")),
  ),
);
const operation = fc.record(
  {
    op: fc.constantFrom(...opcodes),
    id: fc.oneof(fc.constantFrom("a", "b", ""), fc.string()),
    name: json,
    displayName: json,
    userland: json,
    data: json,
    error: fc.oneof(json, fc.record({ name: json, message: json, stack: json, cause: json }, { requiredKeys: [] })),
    timing: fc.oneof(json, fc.record({ a: json, b: json }, { requiredKeys: [] })),
    opts,
  },
  { requiredKeys: ["op", "id"] },
);

test("no operation makes the engine stumble", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 3 }), fc.boolean(), async (operations, checkpoints) => {
      const headers = { "x-inngest-sdk": "js:v4.0.0", "x-inngest-req-version": "2" };
      const stumbles: string[] = [];
      const log = (fields: Record<string, unknown>): void => void stumbles.push(JSON.stringify(fields));
      const logger = { debug() {}, info() {}, warn() {}, error: log };
      const core = await createCoreEngine({
        more: { logger },
        scripts: {
          "app-f": async ({ body }) => {
            const { qi_id, run_id } = body.ctx;
            const saved = { qi_id, steps: operations };
            if (checkpoints)
              await core.engine.checkpoint(run_id, saved).catch((error: { name?: string; message?: string }) => {
                if (error.name !== "EngineError") stumbles.push(String(error.message));
              });
            return readAnswer({ status: 206, headers, body: JSON.stringify(operations) }, core.clock.now());
          },
        },
      });
      try {
        await core.engine.register(registration([functionConfig("app-f", { retries: 0, cancel: [] })]));
        await core.engine.ingest({ body: { name: "test/app-f" }, seed: null });
        for (let turn = 0; turn < 60; turn++) await new Promise((resolve) => setImmediate(resolve));
        expect(stumbles).toEqual([]);
      } finally {
        await core.stop();
      }
    }),
    { numRuns: runs(60) },
  );
});
