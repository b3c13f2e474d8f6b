import { expect, test } from "vitest";
import { takeCredentials } from "../../../server/src/transport/url-credentials.ts";
import { never, reply, sdk, useHttpCaller } from "../../helpers/http-caller.ts";
import { sdkCallTo } from "../../helpers/sdk-call.ts";

const { caller, startApp } = useHttpCaller();

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString("base64")}`;
const withLogin = (url: string): string => url.replace("://", "://user:secret@");

test.each([
  ["http://user:secret@host/a", "user:secret"],
  ["http://us%40er:s%3Acret%20%C3%BC@host/a", "us@er:s:cret ü"],
  ["http://token@host/a", "token:"],
  ["http://:secret@host/a", ":secret"],
  ["http://user:100%@host/a", "user:100%"],
])("%s: a header of them, and a url without", (text, pair) => {
  const url = new URL(text);
  expect(takeCredentials(url)).toEqual({ authorization: basic(pair) });
  expect(url.href).toBe("http://host/a");
});

test("a url without any gives no header", () => {
  expect(takeCredentials(new URL("http://host/a"))).toEqual({});
});

test("calls, syncs and probes carry the header; the app is told its address without it", async () => {
  const app = await startApp(reply(200, '{"message":"x","modified":true}'));
  const url = withLogin(app.url);
  await caller().call(sdkCallTo(url), never);
  await caller().sync(`${url}/api/inngest`, "D");
  await caller().probe(`${url}/api/inngest`, 5_000);
  expect(app.seen.map(({ method }) => method)).toEqual(["POST", "PUT", "GET"]);
  for (const { headers } of app.seen) expect(headers.authorization).toBe(basic("user:secret"));
  expect(JSON.parse(app.seen[1]?.body ?? "")).toEqual({ url: `${app.url}/api/inngest` });
  expect(JSON.stringify(app.seen.map(({ path, body }) => path + body))).not.toContain("secret");
});

test("a redirect takes the header along to the same origin, and not to another", async () => {
  const other = await startApp(reply(206, "[]"));
  const app = await startApp((_request, response, count) => {
    const location = count === 1 ? "/moved" : `${other.url}/away`;
    response.writeHead(307, { ...sdk, location }).end();
  });
  await caller().call(sdkCallTo(withLogin(app.url)), never);
  expect(app.seen.map(({ headers }) => headers.authorization)).toEqual([basic("user:secret"), basic("user:secret")]);
  expect(other.seen).toHaveLength(1);
  expect(other.seen[0]?.headers).not.toHaveProperty("authorization");
});

test("what cannot be reached or called is named without them", async () => {
  for (const url of ["http://user:secret@127.0.0.1:1", "ftp://user:secret@host"]) {
    const answer = await caller().call(sdkCallTo(url), never);
    expect(answer.kind).toBe("failure");
    expect(JSON.stringify([answer, await caller().sync(url, "D")])).not.toContain("secret");
  }
});
