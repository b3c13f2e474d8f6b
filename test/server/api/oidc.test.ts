/** Signing in at an OpenID Connect provider: the whole way there and back, and what is refused on it. */
import { describe, expect, it, onTestFinished } from "vitest";
import { createServer, type ServerOptions } from "../../../server/src/main.ts";
import { oidcClient, startProvider, type TestProvider } from "../../helpers/oidc-provider.ts";

const signingKey = "ab".repeat(32);
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const cookieOf = (response: Response, name: string): string | undefined =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0] ?? "")
    .find((pair) => pair.startsWith(`${name}=`) && !pair.endsWith("="));

async function startEngine(oidc: Partial<NonNullable<ServerOptions["oidc"]>>, issuer: string) {
  const logged: string[] = [];
  const logger = { ...silent, warn: (fields: object) => void logged.push(JSON.stringify(fields)) };
  const roles = ["admin=ana@acme.test", "read=@acme.test"];
  const server = createServer({
    mode: "start",
    store: null,
    host: "127.0.0.1",
    port: 0,
    signingKey,
    eventKeys: ["e"],
    logger,
    oidc: { issuer, ...oidcClient, roles, ...oidc },
  });
  await server.start();
  onTestFinished(() => server.stop(0));
  const go = (url: string, cookie?: string) =>
    fetch(url, { redirect: "manual", headers: { ...(cookie === undefined ? {} : { cookie }) } });
  const admin = async <T>(method: string, path: string, body?: object): Promise<{ data: T }> => {
    const headers = { authorization: `Bearer ${signingKey}`, "content-type": "application/json" };
    const response = await fetch(server.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return (await response.json()) as { data: T };
  };
  const begin = async () => {
    const there = await go(`${server.url}/v2/session/oidc`);
    return { there, cookie: cookieOf(there, "stepwell_oidc"), location: there.headers.get("location") ?? "" };
  };
  /** To the provider and back; what the engine answers then. */
  const signIn = async () => {
    const { cookie, location } = await begin();
    const back = await go(location);
    return go(back.headers.get("location") ?? "", cookie);
  };
  const session = async (response: Response) => {
    const cookie = cookieOf(response, "stepwell_session");
    return ((await (await go(`${server.url}/v2/session`, cookie)).json()) as { data: { who: object | null } }).data;
  };
  /** Why it was refused, which the page is told by a code alone. */
  const why = (response: Response): string => {
    if (codeOf(response) === "") return "";
    expect(codeOf(response)).toMatch(/^(?:forbidden|unauthorized|too_many_tries)$/);
    return logged.at(-1) ?? "";
  };
  return { server, go, admin, begin, signIn, session, why };
}

async function start(person: TestProvider["person"], oidc: Parameters<typeof startEngine>[0] = {}) {
  const provider = await startProvider();
  provider.person = person;
  return { provider, ...(await startEngine(oidc, provider.issuer)) };
}

const codeOf = (response: Response): string =>
  new URL(response.headers.get("location") ?? "", "http://x/v2/session/oidc/callback").searchParams.get("sign-in") ??
  "";

describe("signing in with OpenID Connect", () => {
  it("goes to the provider with PKCE, state and nonce, and comes back as a user with the role that the rules give", async () => {
    const { provider, begin, signIn, session, admin, go, server } = await start({
      email: "Ana@acme.test",
      email_verified: true,
    });
    expect(await session(await go(`${server.url}/v2/session`))).toMatchObject({
      who: null,
      signInWith: new URL(provider.issuer).host,
    });
    const { there, location } = await begin();
    expect(there.status).toBe(302);
    const asked = new URL(location).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      client_id: "stepwell",
      response_type: "code",
      scope: "openid email",
      redirect_uri: `${server.url}/v2/session/oidc/callback`,
      code_challenge_method: "S256",
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{20,}$/),
      nonce: expect.stringMatching(/^[\w-]{20,}$/),
    });
    expect(location).not.toContain(oidcClient.clientSecret);
    expect(there.headers.get("set-cookie")).toMatch(/Max-Age=600; Path=\/; HttpOnly; SameSite=Lax/);

    const back = await signIn();
    expect([back.status, back.headers.get("location")]).toEqual([302, "../../../"]);
    expect(back.headers.getSetCookie().join()).toMatch(
      /stepwell_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict/,
    );
    expect(await session(back)).toMatchObject({
      isOpen: true,
      who: { kind: "user", name: "ana@acme.test", role: "admin" },
    });
    provider.person = { email: "ben@acme.test", email_verified: true };
    expect(await session(await signIn())).toMatchObject({ who: { name: "ben@acme.test", role: "read" } });
    const audit = await admin<{ action: string; who: string; outcome: string }[]>(
      "GET",
      "/v2/audit?action=session.begin",
    );
    expect(audit.data.map(({ who, outcome }) => `${who} ${outcome}`)).toEqual([
      "ben@acme.test done",
      "ana@acme.test done",
    ]);
    const users = await admin<{ name: string; createdBy: string }[]>("GET", "/v2/users");
    expect(users.data.map(({ name, createdBy }) => `${name} ${createdBy}`)).toEqual([
      "ana@acme.test OpenID Connect",
      "ben@acme.test OpenID Connect",
    ]);
    const password = await admin("POST", "/v2/users/ben@acme.test", { role: "admin" });
    expect(JSON.stringify(password)).toMatch(/the role follows --oidc-role/);
  });

  it("refuses whom no rule names, whose e-mail is not verified or missing, and whose name another has with a password", async () => {
    const { provider, signIn, session, admin, why } = await start({});
    await admin("POST", "/v2/users", { name: "carl@acme.test", role: "read", password: "correct horse battery" });
    const cases: [person: TestProvider["person"], said: RegExp][] = [
      [{ email: "eve@evil.test", email_verified: true }, /no rule of --oidc-role names it/],
      [{ email: "eve@evil.test@acme.test.evil", email_verified: true }, /no rule/],
      [{ email: "ana@acme.test", email_verified: false }, /verified/],
      [{ email: "ana@acme.test" }, /verified/],
      [{ email_verified: true }, /claim `email`/],
      [{ email: "carl@acme.test", email_verified: true }, /with a password/],
    ];
    for (const [person, said] of cases) {
      provider.person = person;
      const back = await signIn();
      expect([person, why(back)]).toEqual([person, expect.stringMatching(said)]);
      expect(cookieOf(back, "stepwell_session")).toBeUndefined();
    }
    provider.person = { email: "ana@acme.test", email_verified: true };
    // Failures from an address make the next try wait.
    expect(why(await signIn())).toMatch(/^$|Too many failed tries/);
    const { data } = await admin<{ who: string; outcome: string }[]>(
      "GET",
      "/v2/audit?action=session.begin&outcome=refused",
    );
    expect(data.length).toBeGreaterThanOrEqual(6);
    expect(data[0]?.who).toBe("with OpenID Connect");
    expect((await session(new Response())).who).toBeNull();
  });

  it("refuses an answer to another sign-in, of another browser, with a wrong nonce or for another client", async () => {
    const { provider, begin, go, why } = await start({ email: "ana@acme.test", email_verified: true });
    const [mine, theirs] = [await begin(), await begin()];
    const backOf = async (location: string) => (await go(location)).headers.get("location") ?? "";
    const ended = /not the one to this sign-in/;
    expect(why(await go(await backOf(theirs.location), mine.cookie))).toMatch(ended);
    expect(why(await go(await backOf(mine.location)))).toMatch(/began in another browser/);
    const begun = await begin();
    const back = await backOf(begun.location);
    expect(why(await go(back.replace(/state=[^&]*/, "state=x"), begun.cookie))).toMatch(ended);
    for (const claims of [{ nonce: "other" }, { aud: "other" }, { iss: "https://evil.test" }]) {
      provider.claims = claims;
      const again = await begin();
      const answered = await go(await backOf(again.location), again.cookie);
      // Failures from an address make the next try wait.
      expect([claims, why(answered)]).toEqual([claims, expect.stringMatching(/not the one to this sign-in|Too many/)]);
      expect(cookieOf(answered, "stepwell_session")).toBeUndefined();
    }
  });

  it("says what is wrong with its settings, and is not there without them or when the provider is away", async () => {
    const base = { mode: "start", store: null, port: null, signingKey, eventKeys: ["e"], logger: silent } as const;
    const good = { issuer: "https://id.acme.test", ...oidcClient, roles: ["read=*"] };
    const bad: [oidc: NonNullable<ServerOptions["oidc"]>, said: RegExp][] = [
      [{ ...good, issuer: "http://id.acme.test" }, /must be an https url/],
      [{ ...good, clientSecret: "" }, /client secret/],
      [{ ...good, roles: [] }, /who has which role/],
      [{ ...good, roles: ["owner=ana@acme.test"] }, /The rule "owner=ana@acme.test" is none/],
      [{ ...good, redirectUrl: "https://x.test/" }, /callback/],
    ];
    for (const [oidc, said] of bad) expect(() => createServer({ ...base, oidc })).toThrow(said);
    expect(() => createServer({ store: null, port: null, logger: silent, oidc: good })).toThrow(/start mode/);
    const { go, server } = await startEngine({}, "http://127.0.0.1:9");
    const away = await go(`${server.url}/v2/session/oidc`);
    expect([away.status, await away.text()]).toEqual([502, expect.stringMatching(/could not be asked/)]);
    const plain = createServer({ ...base, host: "127.0.0.1", port: 0 });
    await plain.start();
    onTestFinished(() => plain.stop(0));
    expect((await go(`${plain.url}/v2/session/oidc`)).status).toBe(404);
  });
});
