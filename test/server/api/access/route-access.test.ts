/** The table of who may use each route: it knows every route, and the guard does what it says. */
import { expect, it } from "vitest";
import { accessOfRoute } from "../../../../server/src/api/access/guard.ts";
import { routeAccess } from "../../../../server/src/api/access/route-access.ts";
import { createApi } from "../../../../server/src/api/create-api.ts";
import { createWebhooks } from "../../../../server/src/core/webhooks/webhooks.ts";
import { mayDo, type Role, roles } from "../../../../server/src/domain/access/role.ts";
import { createUlidFactory } from "../../../../server/src/domain/ids.ts";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open-store.ts";
import { fakeEngine } from "../../../helpers/api-server.ts";
import { createManualClock } from "../../../helpers/manual-clock.ts";

const signingKey = "ab".repeat(32);
const auth = { signingKey, eventKeys: ["e"] };
const logger = { debug() {}, info() {}, warn() {}, error() {} };

function api(serverKind: "dev" | "cloud", store = openSqliteStore({ directory: null })) {
  const clock = createManualClock();
  const fake = fakeEngine({});
  const webhooks = createWebhooks({
    store: store.webhooks,
    clock,
    logger,
    newId: createUlidFactory(Math.random),
    limits: fake.limits,
    ingest: fake.ingest,
  });
  return createApi({
    engine: { ...fake, webhooks },
    store,
    access: store.access,
    clock,
    logger,
    auth: serverKind === "dev" ? null : auth,
    serverKind,
    version: "1.2.3",
  });
}

/** Routes that answer; files of the page are given to anyone, and what is there for all methods says that there is nothing. */
const routesOf = (kind: "dev" | "cloud") =>
  api(kind).routes.filter(
    ({ method, path }) =>
      method !== "ALL" && !(method === "GET" && (path === "*" || path === "/*" || path === "/assets/*")),
  );

const ulid = "01M809FRQW9NA1X1MRC617D6Y8";
const concrete = (path: string): string => path.replaceAll(/:\w+/g, ulid).replace("*", "x");

it("knows every route, and no other", () => {
  const routes = [...routesOf("dev"), ...routesOf("cloud")];
  const missing = routes.filter(({ method, path }) => accessOfRoute(method, path) === null);
  expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  const names = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  expect(Object.keys(routeAccess).filter((name) => !names.has(name))).toEqual([]);
});

it("has no route for all methods that does more than to say what there is not", async () => {
  const app = api("cloud");
  const paths = app.routes.filter(({ method, path }) => method === "ALL" && !path.endsWith("/*"));
  for (const { path } of paths) {
    const response = await app.request(concrete(path), {
      method: "PUT",
      headers: { authorization: `Bearer ${signingKey}` },
    });
    const status = /^\/(?:fn\/remove|v1\/apps)$/.test(path) ? 404 : path === "/mcp" ? 405 : 501;
    expect([path, response.status]).toEqual([path, status]);
  }
});

it("says of each change what it is, and asks more than the role read for it", () => {
  // What a tool of /mcp does asks by itself for more.
  const ofApps = ["POST /fn/register", "POST /v1/checkpoint/:runId/async", "POST /mcp"];
  for (const [name, access] of Object.entries(routeAccess)) {
    if (access.needs === "nothing" || access.needs === "event-key" || /^(?:GET|OPTIONS)/.test(name)) continue;
    if (!ofApps.includes(name))
      expect([name, access.change?.action]).toEqual([name, expect.stringMatching(/^[a-z.-]+$/)]);
    // One's own password is one's own affair.
    if (name !== "POST /v2/session/password" && name !== "POST /mcp")
      expect([name, access.needs]).not.toEqual([name, "read"]);
  }
});

it("lets nobody without a key use a route in start mode but those that the table names as open", async () => {
  const app = api("cloud");
  const open: string[] = [];
  for (const { method, path } of routesOf("cloud")) {
    const response = await app.request(concrete(path), {
      method,
      ...(method === "POST" ? { body: "{}", headers: { "content-type": "application/json" } } : {}),
    });
    const access = accessOfRoute(method, path);
    if (access?.needs === "nothing") open.push(`${method} ${path}`);
    else expect([method, path, response.status]).toEqual([method, path, 401]);
  }
  expect([...new Set(open)].sort()).toEqual([
    "DELETE /api/v2/session",
    "DELETE /v2/session",
    "GET /",
    "GET /api/v2/health",
    "GET /api/v2/session",
    "GET /api/v2/session/oidc",
    "GET /api/v2/session/oidc/callback",
    "GET /health",
    "GET /v2/health",
    "GET /v2/session",
    "GET /v2/session/oidc",
    "GET /v2/session/oidc/callback",
    "OPTIONS /*",
    "POST /api/v2/session",
    "POST /e",
    "POST /e/",
    "POST /v2/session",
  ]);
});

it("lets each role do what it may, and no more", async () => {
  const store = openSqliteStore({ directory: null });
  const app = api("cloud", store);
  const keyOf = async (role: Role): Promise<string> => {
    const response = await app.request("/v2/keys", {
      method: "POST",
      headers: { authorization: `Bearer ${signingKey}`, "content-type": "application/json" },
      body: JSON.stringify({ name: role, role }),
    });
    return ((await response.json()) as { data: { key: string } }).data.key;
  };
  for (const role of roles) {
    const key = await keyOf(role);
    for (const { method, path } of routesOf("cloud")) {
      const access = accessOfRoute(method, path);
      if (access === null || access.needs === "nothing" || access.needs === "event-key") continue;
      const response = await app.request(concrete(path), {
        method,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        ...(method === "POST" ? { body: "{}" } : {}),
      });
      await response.body?.cancel();
      const isRefused = response.status === 403 || response.status === 401;
      expect([role, method, path, isRefused]).toEqual([role, method, path, !mayDo(role, access.needs)]);
    }
  }
  await store.close();
});
