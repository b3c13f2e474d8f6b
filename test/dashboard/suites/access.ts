/** Who may use the engine, in the page: signing in as a user, keys, users, the audit log. Against an engine that asks for keys. */
import { expect, onTestFinished, test } from "vitest";
import { createServer } from "../../../server/src/main.ts";
import { seriousFaults } from "../axe.ts";
import type { Stage } from "../stage.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const signingKey = "ab".repeat(32);
const password = "correct horse battery";

export function accessSuite(stage: () => Stage): void {
  test("An admin signs in with a name, makes, rotates and revokes a key, makes and removes a user, and finds all of it in Audit", async () => {
    const keys = { signingKey, eventKeys: ["events"] };
    const server = createServer({ mode: "start", host: "127.0.0.1", store: null, port: 0, ...keys, logger: silent });
    await server.start();
    onTestFinished(() => server.stop(0));
    await fetch(`${server.url}/v2/users`, {
      method: "POST",
      headers: { authorization: `Bearer ${signingKey}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "ana", role: "admin", password }),
    });
    const context = await stage().newContext();
    const page = await context.newPage();
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    await page.goto(`${server.url}/keys`);
    await page.getByLabel("Name").fill("ana");
    await page.getByLabel("Password").fill("wrong");
    expect(await seriousFaults(page)).toEqual([]);
    await button("Sign in").click();
    await page.getByText("There is no user with this name and password.").waitFor();
    await page.getByLabel("Password").fill(password);
    await button("Sign in").click();

    await button("New key").click();
    await page.getByLabel("Name").fill("ci");
    await button("Make the key").click();
    await page.getByText("Copy it now").waitFor();
    expect(await page.locator("dialog code").innerText()).toMatch(/^swk_[\w-]{43}$/);
    await button("I have kept it").click();
    await button("Rotate").click();
    await button("Make another secret").click();
    await page.getByText("The key before works until").waitFor();
    await button("I have kept it").click();
    await button("New key").click();
    await page.getByLabel("Name").fill("ci");
    await button("Make the key").click();
    await page.getByText(/There is a key called "ci"/).waitFor();
    await button("Close").first().click();
    await button("Revoke").click();
    await button("Revoke the key").click();
    await page.getByText("revoked", { exact: true }).waitFor();

    await button("New user").click();
    await page.getByLabel("Name").fill("ben");
    await page.getByLabel("Password").fill("short");
    await button("Make the user").click();
    await page.getByText(/must have 10 to 1000 characters/).waitFor();
    await page.getByLabel("Password").fill("another long password");
    await button("Make the user").click();
    await page.getByRole("row", { name: /ben/ }).getByRole("button", { name: "Remove" }).click();
    await button("Remove the user").click();
    await page.getByRole("row", { name: /ben/ }).waitFor({ state: "detached" });
    expect(await seriousFaults(page)).toEqual([]);

    await page.getByRole("link", { name: "Audit" }).click();
    for (const action of ["user.remove", "user.create", "key.revoke", "key.rotate", "key.create"])
      await page.getByText(action).first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByLabel("Outcome").selectOption("refused");
    await page.getByText("key.create").first().waitFor({ state: "detached" });
    await page.getByText("session.begin").waitFor();
    expect(page.url()).toContain("outcome=refused");
    await page.goto(`${server.url}/settings`);
    await page.getByText(/are kept for 90 d/).waitFor();
    await context.close();
  });
}
