import { hashSigningKey } from "stepwell/signing";
import { describe, expect, test } from "vitest";
import { bearerOf, createAuth } from "../../../server/src/api/auth.ts";
import { startApiServer } from "../../helpers/api-server.ts";

const bare = "7468697320697320612074657374206b6579";
const prefixed = `signkey-prod-${bare}`;

describe.each([bare, prefixed])("an engine with the key %s", (signingKey) => {
  const auth = createAuth({ signingKey, eventKeys: ["e1", "e2"] });

  test.each([
    ["raw", bare],
    ["raw with a prefix", prefixed],
    ["raw with another prefix", `signkey-test-${bare}`],
    ["hashed, as in the recordings", "ed30c63423735b44011c49a38c01a8062833420cfb299072e0263c986242556a"],
    ["hashed with a prefix", "signkey-test-ed30c63423735b44011c49a38c01a8062833420cfb299072e0263c986242556a"],
  ])("lets in what is %s", (_, token) => {
    expect(auth.isSigningKey(bearerOf(`Bearer ${token}`) ?? "")).toBe(true);
  });

  test.each([null, "", "Bearer", "Bearer ", "Bearer undefined", bare, `Basic ${bare}`, `Bearer ${bare}0`, "Bearer 00"])(
    "keeps out %j",
    (header) => {
      expect(auth.isSigningKey(bearerOf(header) ?? "")).toBe(false);
    },
  );

  test("hashes like the SDK", async () => {
    expect(auth.isSigningKey(await hashSigningKey(signingKey))).toBe(true);
  });

  test("event keys", () => {
    expect(["e1", "e2", "e", "", "e11"].map((key) => auth.allowsEventKey(key))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

const guarded: [string, string][] = [
  ["POST", "/fn/register"],
  ["DELETE", "/fn/remove?url=x"],
  ["POST", "/invoke/app-fn"],
  ["GET", "/v1/apps"],
  ["POST", "/v1/apps"],
  ["GET", "/v1/apps/a/functions"],
  ["GET", "/v1/events"],
  ["GET", "/v1/events/01M809FRQW9NA1X1MRC617D6Y8"],
  ["GET", "/v1/events/01M809FRQW9NA1X1MRC617D6Y8/runs"],
  ["GET", "/v1/runs"],
  ["GET", "/v1/runs/01M809FRQW9NA1X1MRC617D6Y8"],
  ["DELETE", "/v1/runs/01M809FRQW9NA1X1MRC617D6Y8"],
  ["GET", "/v1/runs/01M809FRQW9NA1X1MRC617D6Y8/steps"],
  ["GET", "/v1/runs/01M809FRQW9NA1X1MRC617D6Y8/jobs"],
  ["POST", "/v1/checkpoint/01M809FRQW9NA1X1MRC617D6Y8/async"],
  ["GET", "/v0/runs/01M809FRQW9NA1X1MRC617D6Y8/actions"],
  ["GET", "/v0/runs/01M809FRQW9NA1X1MRC617D6Y8/batch"],
  ["DELETE", "/v0/runs/01M809FRQW9NA1X1MRC617D6Y8"],
];

test.each(guarded)("start: %s %s needs the signing key", async (method, path) => {
  const api = await startApiServer({ auth: { signingKey: prefixed, eventKeys: ["e"] } });
  for (const headers of [{}, { authorization: "Bearer wrong-token" }, { authorization: "Bearer undefined" }]) {
    const response = await api.ask(path, { method, headers, ...(method === "POST" ? { body: "{}" } : {}) });
    expect(response.status).toBe(401);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ error: expect.stringMatching(/^Authentication failed/), status: 401 });
    expect(text).not.toContain(bare);
    expect(text).not.toContain("wrong-token");
  }
  expect(api.logged.join()).not.toContain("wrong-token");
});

test.each([
  "/v2/apps/v2/health",
  "/v2/functions/v2/health",
  "/api/v2/runs/v2/health",
  "/v2/runs?x=/v2/health",
  "/v2/health/",
  "/v2/nothing/v2/health",
])("start: %s is not open because of how it ends", async (path) => {
  const api = await startApiServer({ auth: { signingKey: prefixed, eventKeys: ["e"] } });
  expect((await api.ask(path)).status).toBe(401);
  expect((await api.ask("/v2/health")).status).toBe(200);
  expect((await api.ask("/api/v2/health")).status).toBe(200);
});

test("start: open to all are health and what this is; a dev server is not to be found", async () => {
  const api = await startApiServer({ auth: { signingKey: prefixed, eventKeys: ["e"] } });
  expect((await api.ask("/health")).status).toBe(200);
  expect((await api.ask("/")).status).toBe(200);
  expect((await api.ask("/dev")).status).toBe(404);
});

test("start: with the key one gets in", async () => {
  const api = await startApiServer({ auth: { signingKey: prefixed, eventKeys: ["e"] } });
  const response = await api.ask("/v1/runs", { headers: { authorization: `Bearer ${bare}` } });
  expect(response.status).toBe(200);
});
