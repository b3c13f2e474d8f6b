import { describe, expect, test } from "vitest";
import type { Engine } from "../../../server/src/core/engine.ts";
import { EngineError } from "../../../server/src/domain/error.ts";
import { startApiServer } from "../../helpers/api-server.ts";

const runId = "01M809V27AGMJPM80XTPDYF7N9";

describe("POST /v1/signals", () => {
  test("says which run went on", async () => {
    const bodies: unknown[] = [];
    const signal: Engine["signal"] = async ({ body }) => {
      bodies.push(body);
      return { runId };
    };
    const api = await startApiServer({ engine: { signal } });
    const response = await api.post("/v1/signals", { signal: "sig-1", data: { yes: 1 } });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      data: { run_id: runId },
      metadata: { fetched_at: expect.any(String), cached_until: null },
    });
    expect(bodies).toEqual([{ signal: "sig-1", data: { yes: 1 } }]);
  });

  test("says 404 as the protocol does when nobody waits", async () => {
    const signal: Engine["signal"] = () => Promise.reject(new EngineError("signal_not_found", "No signal found"));
    const api = await startApiServer({ engine: { signal } });
    const response = await api.post("/v1/signals", { signal: "none" });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: "No signal found", data: null, status: 404 });
  });

  test("needs the signing key, and JSON", async () => {
    const locked = await startApiServer({ auth: { signingKey: "aa", eventKeys: ["k"] } });
    expect((await locked.post("/v1/signals", {})).status).toBe(401);
    const api = await startApiServer();
    const response = await api.ask("/v1/signals", { method: "POST", body: "{" });
    expect(response.status).toBe(400);
  });
});
