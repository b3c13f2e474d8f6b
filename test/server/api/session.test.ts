/** How a page gets into an engine that asks for keys, and what its cookie may do. */
import { describe, expect, it } from "vitest";
import { startOperatedEngine } from "../../helpers/operated-engine.ts";

const signingKey = "ab".repeat(32);

async function start() {
  const engine = await startOperatedEngine({ auth: { signingKey, eventKeys: ["events"] } });
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) =>
    fetch(engine.url + path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const enter = (key: string, headers: Record<string, string> = {}) => ask("POST", "/v2/session", headers, { key });
  return { ...engine, ask, enter };
}

const cookieOf = (response: Response): string => response.headers.get("set-cookie")?.split(";")[0] ?? "";

describe("a session of the page", () => {
  it("begins with the signing key, and lets the page read and, with its header, change", async () => {
    const { ask, enter } = await start();
    expect(await (await ask("GET", "/v2/session")).json()).toMatchObject({ data: { required: true, isOpen: false } });
    expect((await ask("GET", "/v2/runs")).status).toBe(401);
    const entered = await enter(`signkey-prod-${signingKey}`);
    expect(entered.status).toBe(200);
    const set = entered.headers.get("set-cookie") ?? "";
    expect(set).toMatch(/HttpOnly/);
    expect(set).toMatch(/SameSite=Strict/);
    expect(set).not.toMatch(/Secure/);
    expect(set).not.toContain(signingKey);
    const cookie = cookieOf(entered);
    expect((await ask("GET", "/v2/runs", { cookie })).status).toBe(200);
    expect((await ask("GET", "/v1/runs", { cookie })).status).toBe(200);
    const pause = { scope: "all", reason: "test", author: "ana" };
    expect((await ask("POST", "/v2/pauses", { cookie }, pause)).status).toBe(401);
    expect((await ask("POST", "/v2/pauses", { cookie, "x-stepwell-page": "1" }, pause)).status).toBe(201);
  });

  it("is refused for a wrong key, and for a cookie that was made up, changed or is too old", async () => {
    const { ask, enter, advance } = await start();
    for (const key of ["", "cd".repeat(32), 17]) expect((await enter(key as string)).status).toBe(401);
    const cookie = cookieOf(await enter(signingKey));
    const [name = "", value = ""] = cookie.split("=");
    const [until = "", code = ""] = value.split(".");
    const forged = [
      `${name}=${Number(until) + 1}.${code}`,
      `${name}=${until}.${"0".repeat(64)}`,
      `${name}=`,
      `${name}=.`,
    ];
    for (const wrong of forged) expect((await ask("GET", "/v2/runs", { cookie: wrong })).status).toBe(401);
    await advance(86_400_001);
    expect((await ask("GET", "/v2/runs", { cookie })).status).toBe(401);
  });

  it("is for https alone where a proxy speaks it, and ends when asked", async () => {
    const { ask, enter } = await start();
    const entered = await enter(signingKey, { "x-forwarded-proto": "https" });
    expect(entered.headers.get("set-cookie")).toMatch(/; Secure$/);
    const left = await ask("DELETE", "/v2/session");
    expect(left.headers.get("set-cookie")).toMatch(/Max-Age=0/);
  });

  it("is not needed in dev", async () => {
    const { ask } = await startOperatedEngine();
    expect(await ask("GET", "/v2/session")).toMatchObject({ data: { required: false, isOpen: true } });
  });
});
