/** The commands of alerts, against a real engine with a real channel. */
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createServer, type StepwellServer } from "../../../server/src/main.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type Outcome, runCommand } from "./fake-terminal.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let engine: StepwellServer;
let status = 200;
const got: { type: string }[] = [];
const receiver = createHttpServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  got.push(JSON.parse(body));
  response.writeHead(status).end(status === 200 ? "" : "no entry");
});

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  engine = createServer({ mode: "dev", store: null, port: 0, poll: false, logger: silent });
  await engine.start();
});
afterAll(async () => {
  await engine.stop(0);
  await new Promise((resolve) => receiver.close(resolve));
});

const run = (args: string[], more: Parameters<typeof runCommand>[1] = {}): Promise<Outcome> =>
  runCommand(["alerts", ...args], { ...more, env: { STEPWELL_URL: engine.url, USER: "ana" } });
const hook = (): string => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook/s3cret`;

it("makes channels, shows a webhook's secret once, tests and removes them", async () => {
  expect((await run(["channels"])).out).toMatch(/^No channels\. Make one/);
  const made = await run(["channels", "add", "ops", "--webhook", hook()]);
  expect(made.out).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
  expect(made.err).toContain("shown this once");
  expect((await run(["test", "ops"])).out).toMatch(/"ops" took the test in \d+ ms/);
  expect(got).toMatchObject([{ type: "alert.test" }]);
  status = 403;
  const failed = await run(["test", "ops"]);
  expect(failed.error?.message).toBe('The test of "ops" failed. It answered with 403: no entry');
  status = 200;
  for (const flags of [[], ["--json"]]) {
    const list = await run(["channels", ...flags]);
    expect(list.out).toContain("http://127.0.0.1:");
    for (const secret of ["s3cret", made.out]) expect(list.out).not.toContain(secret);
  }
  const mail = [
    "--smtp",
    "smtp.example.com:2525",
    "--from",
    "a@example.com",
    "--to",
    "b@example.com",
    "--to",
    "c@example.com",
  ];
  const login = ["--user", "mailer", "--password-stdin"];
  expect((await run(["channels", "add", "mail", ...mail, "--user", "x"])).error?.message).toMatch(/go together/);
  const added = await run(["channels", "add", "mail", ...mail, ...login, "--json"], { input: "pa55word\n" });
  expect(JSON.parse(added.out)).toMatchObject({
    ...{ kind: "email", to: "b@example.com, c@example.com", secret: null },
    email: { host: "smtp.example.com", port: 2525, tls: "starttls", user: "mailer" },
  });
  expect(added.out).not.toContain("pa55word");
  expect((await run(["channels", "remove", "mail"])).out).toMatch(/removed "mail"/);
  expect((await run(["channels", "add", "x"])).error?.message).toMatch(/Say where the channel leads/);
});

it("makes rules, tells what goes on and what was, and switches them off and on", async () => {
  expect((await run([])).out).toMatch(/^No rule is on\. Make one/);
  expect((await run(["add", "nothing"])).error?.message).toMatch(
    /There is no condition "nothing"\. There are: kill-switch/,
  );
  const added = await run(["add", "kill-switch", "--channel", "ops", "--severity", "critical", "--repeat", "1h"]);
  expect(added.out).toMatch(/watching "Kill switch active"/);
  expect((await run([])).out).toMatch(/Nothing is wrong, by 1 rule\./);
  expect((await run(["channels", "remove", "ops"])).error?.message).toMatch(
    /Rules tell the channel "ops": "Kill switch active"/,
  );
  await engine.engine.operations.pause({ scope: "all", reason: "partner down", author: "ana" });
  // A change of the rules makes the engine look at once.
  const other = await run([
    "add",
    "success-rate",
    "--threshold",
    "75.5%",
    "--window",
    "2h",
    "--name",
    "rate",
    "--json",
  ]);
  expect(JSON.parse(other.out)).toMatchObject({ threshold: 75.5, windowMs: 7_200_000, minRuns: 5, channels: [] });
  await eventually("the alert", () => (got.some(({ type }) => type === "alert.began") ? true : null));
  const list = await eventually("the notice", async () => {
    const { out } = await run([]);
    return out.includes("ops sent") ? out : null;
  });
  expect(list).toMatch(/critical +Kill switch active +.*goes on +ops sent +Everything has been paused by ana/);
  expect((await run(["rules"])).out).toMatch(/Kill switch active +kill-switch +critical +ops +every 1h 00m +alert/);
  expect((await run(["change", "rate", "--threshold", "60"])).out).toMatch(/changed "rate"/);
  expect(JSON.parse((await run(["rules", "--json"])).out)).toMatchObject([{}, { threshold: 60, windowMs: 7_200_000 }]);
  expect((await run(["disable", "Kill switch active"])).out).toMatch(/switched off/);
  await eventually("the end", () => (got.some(({ type }) => type === "alert.ended") ? true : null));
  const history = await run(["history", "--rule", "Kill switch active", "--json"]);
  expect(JSON.parse(history.out)).toMatchObject([{ end: "rule-disabled", severity: "critical" }]);
  expect((await run(["enable", "rate"])).out).toMatch(/switched on/);
  expect((await run(["remove", "rate"])).out).toMatch(/removed "rate"/);
  expect((await run(["enable", "rate"])).error?.message).toBe(
    'There is no rule "rate". There are: "Kill switch active".',
  );
  expect((await run(["conditions"])).out).toMatch(/no-success +No run of the function/);
});
