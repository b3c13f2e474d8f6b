import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { metadataLimits } from "../../../server/src/domain/run/run-metadata.ts";
import { startApiServer } from "../../helpers/api-server.ts";
import { functionConfig, registration } from "../../helpers/core-engine.ts";
import { type OperatedEngine, startOperatedEngine } from "../../helpers/operated-engine.ts";
import { operations, result, stepRun } from "../../helpers/scripted-caller.ts";

interface Entry {
  kind: string;
  scope: string;
  attempt?: number;
  values: Record<string, unknown>;
}
interface Answer<T> {
  data: T;
}

const hash = (id: string): string => createHash("sha1").update(id).digest("hex");
const a = hash("a");

async function ended(): Promise<{ api: OperatedEngine; runId: string }> {
  const script = ({ body }: { body: { steps: object } }) =>
    a in body.steps ? result(1) : operations([{ ...stepRun(a, 1), displayName: "a" }]);
  const api = await startOperatedEngine({ scripts: { "shop-f": script } });
  await api.engine.register(registration([functionConfig("shop-f")], "shop"));
  const { id } = await api.runOf(await api.send("test/shop-f"));
  return { api, runId: id };
}

describe("POST /v1/runs/:id/metadata", () => {
  test("says more about a run and its steps, after its end too, and is shown everywhere", async () => {
    const { api, runId } = await ended();
    const post = (target: object, ...metadata: object[]) =>
      api.ask<Answer<Entry[]>>("POST", `/v1/runs/${runId}/metadata`, {
        target: { run_id: runId, ...target },
        metadata,
      });
    await post({}, { kind: "userland.default", op: "merge", values: { z: 1, b: 2 } });
    const { data } = await post({}, { kind: "userland.default", op: "merge", values: { b: 3, a: 4 } });
    const ofRun = { kind: "userland.default", scope: "run", values: { z: 1, b: 3, a: 4 } };
    expect(data).toEqual([ofRun]);
    expect(Object.keys(data[0]?.values ?? {})).toEqual(["z", "b", "a"]);
    await post({ step_id: "a", step_index: 0 }, { kind: "userland.grade", op: "set", values: { n: 1 } });
    await post({ step_id: a, step_attempt: 1 }, { kind: "userland.grade", op: "set", values: { n: 2 } });
    // A step that the run does not know yet.
    await post({ step_id: "a", step_index: 2 }, { kind: "k", op: "set", values: {} });
    const ofStep = { kind: "userland.grade", scope: "step" };
    const expected = [
      { ...ofStep, values: { n: 1 } },
      { ...ofStep, attempt: 1, values: { n: 2 } },
    ];

    const run = await api.ask<Answer<{ metadata: Entry[] }>>("GET", `/v1/runs/${runId}`);
    expect(run.data.metadata).toEqual([ofRun]);
    const steps = await api.ask<Answer<{ metadata: Entry[] }[]>>("GET", `/v1/runs/${runId}/steps`);
    expect(steps.data.map(({ metadata }) => metadata)).toEqual([expected]);
    const trace = await api.ask<Answer<{ metadata: Entry[]; children: { metadata: Entry[] }[] }>>(
      "GET",
      `/v2/runs/${runId}/trace`,
    );
    expect(trace.data.metadata).toEqual([ofRun]);
    expect(trace.data.children.map(({ metadata }) => metadata)).toEqual([expected]);
    expect((await api.store.listMetadata(runId)).at(-1)).toMatchObject({ stepId: hash("a:2") });
  });

  test("refuses what it cannot keep, and keeps nothing of it", async () => {
    const { api, runId } = await ended();
    const good = { kind: "k", op: "set", values: {} };
    const refused = async (status: number, message: RegExp, body: unknown): Promise<void> => {
      const answer = await api.ask<{ error: string }>("POST", `/v1/runs/${runId}/metadata`, body, status);
      expect(answer.error).toMatch(message);
    };
    const target = { run_id: runId };
    await refused(400, /object/, [1]);
    await refused(400, /`target`/, { metadata: [good] });
    await refused(400, /run of the path/, { target: { run_id: "other" }, metadata: [good] });
    await refused(400, /`target.step_id`/, { target: { ...target, step_id: 7 }, metadata: [good] });
    await refused(400, /`target.step_index`/, { target: { ...target, step_index: 1 }, metadata: [good] });
    await refused(400, /`target.step_attempt`/, { target: { ...target, step_attempt: -1 }, metadata: [good] });
    await refused(501, /span/, { target: { ...target, span_id: "s" }, metadata: [good] });
    await refused(400, /1 to 100/, { target, metadata: [] });
    await refused(400, /"append"/, { target, metadata: [good, { ...good, op: "append" }] });
    const large = { ...good, values: { t: "x".repeat(metadataLimits.entryBytes) } };
    await refused(413, /65536/, { target, metadata: [good, large] });
    expect(await api.store.listMetadata(runId)).toEqual([]);
    const gone = "01M807FQQEMJ94QV3939TD8ZFR";
    await api.ask("POST", `/v1/runs/${gone}/metadata`, { target: { run_id: gone }, metadata: [good] }, 404);
  });

  test("needs the signing key", async () => {
    const locked = await startApiServer({ auth: { signingKey: "aa", eventKeys: ["k"] } });
    expect((await locked.post("/v1/runs/01M807FQQEMJ94QV3939TD8ZFR/metadata", {})).status).toBe(401);
  });
});
