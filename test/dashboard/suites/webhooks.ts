/** Webhooks in the page: made, tried out as one types, delivered to, moved and revoked. */
import { expect, test } from "vitest";
import { seriousFaults } from "../axe.ts";
import type { Stage } from "../stage.ts";

export function webhooksSuite(stage: () => Stage): void {
  test("Webhooks: one is made for Stripe, its transform is tried and changed, a refused delivery says why and is tried again", async () => {
    const { open, server } = stage();
    const page = await open("/webhooks");
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    await page.getByText("No webhooks").waitFor();
    await button("New webhook").click();
    await page.getByLabel("Sender", { exact: true }).selectOption("stripe");
    await button("Make the webhook").click();
    await page.getByText(/`signature.secret` must be/).waitFor();
    await page.getByLabel("Secret").fill("whsec_secret");
    await page.getByLabel("Transform").fill("{");
    await button("Make the webhook").click();
    await page.getByText(/cannot be used/).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByLabel("Transform").fill('{"name": "stripe/" + body.type, "data": body}');
    await button("Make the webhook").click();

    const event = page.getByRole("region", { name: "event", exact: true });
    await event.getByText('"name": "stripe/invoice.paid"').waitFor();
    await page.getByLabel("Try it with a body").fill('{"type":"other"}');
    await event.getByText('"name": "stripe/other"').waitFor();
    await page.getByLabel("CEL over").fill('{"name": "stripe/" + body.kind, "data": body}');
    await page.getByText(/string \+ null has no value/).waitFor();
    await button("Save").click();
    await page.getByText("Saved: the next delivery").waitFor();
    await button("Change the signature").click();
    await page.getByLabel("The sender proves who it is by").selectOption("");
    await page.locator("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("none: whoever has the address").waitFor();

    const address = await page.getByText(`${server.url}/hooks/`).textContent();
    const deliver = async (to: string, body: string) =>
      (await fetch(to, { method: "POST", body, headers: { "content-type": "application/json" } })).status;
    expect(await deliver(String(address), '{"type":"a"}')).toBe(422);
    expect(await deliver(String(address), '{"kind":"b"}')).toBe(200);
    await page.getByText("Accepted").waitFor();
    await button("Try the transform with it").click();
    expect(await page.getByLabel("Try it with a body").inputValue()).toBe('{"type":"a"}');
    await button("Show the body").click();
    await page.getByRole("region", { name: "Body" }).getByText('{"type":"a"}').waitFor();
    expect(await seriousFaults(page)).toEqual([]);

    await button("Another address").click();
    await button("Change the address").click();
    await page.getByText(String(address)).waitFor({ state: "detached" });
    expect(await deliver(String(address), "{}")).toBe(401);
    await button("Revoke").click();
    await button("Revoke the webhook").click();
    await page.getByText("It takes no deliveries any more.").waitFor();
    await page.context().close();
  });
}
