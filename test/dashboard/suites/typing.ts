/** What a person types stays as it was typed, whatever is loaded meanwhile. */
import type { Page, Route } from "playwright-core";
import { expect, test } from "vitest";
import { eventually } from "../../helpers/eventually.ts";
import type { Stage } from "../stage.ts";

/** Holds back the answers to one kind of request until they are let go. */
async function holdBack(page: Page, path: string): Promise<{ isAsked: () => boolean; letGo: () => Promise<void> }> {
  const held: Route[] = [];
  let isFree = false;
  await page.route(path, (route) => {
    if (isFree) return route.continue();
    held.push(route);
  });
  return {
    isAsked: () => held.length > 0,
    letGo: async () => {
      isFree = true;
      await Promise.all(held.map((route) => route.continue()));
    },
  };
}

interface LoadedDialog {
  name: string;
  path: string;
  opener: string;
  /** The request whose answer the field begins with. */
  asks: string;
  begins: RegExp;
  /** What is asked for anew when a run has failed. */
  anew: string;
  action: string;
}

const dialogs: readonly LoadedDialog[] = [
  {
    name: "Edit and retry",
    path: "/dead-letters",
    opener: "Edit newest",
    asks: "**/v2/dead-letters/*",
    begins: /"card": "bad"/,
    anew: "/v2/dead-letters/",
    action: "Retry",
  },
  {
    name: "Invoke",
    path: "/functions/shop-charge",
    opener: "Invoke",
    asks: "**/v2/events?*",
    begins: /"orderId":/,
    anew: "/v2/dead-letter-count",
    action: "Invoke",
  },
];

export function typingSuite(stage: () => Stage): void {
  test.each(dialogs)("$name takes no typing before what it begins with is there, and loses none after", async (row) => {
    const { open, server } = stage();
    const page = await open(row.path);
    const answer = await holdBack(page, row.asks);
    await page.getByRole("button", { name: row.opener }).first().click();
    const dialog = page.getByRole("dialog");
    const field = dialog.getByRole("textbox", { name: "Event data" });
    const button = dialog.getByRole("button", { name: row.action });
    await eventually("the question", () => (answer.isAsked() ? true : null));
    expect([await field.isDisabled(), await button.isDisabled()]).toEqual([true, true]);
    // What is picked before the answer must not be where the typing goes after it.
    await field.evaluate((element: HTMLTextAreaElement) => {
      element.focus();
      element.select();
    });
    await answer.letGo();
    await eventually("the beginning", async () => (row.begins.test(await field.inputValue()) ? true : null));
    await page.keyboard.insertText("lost?");
    expect(await field.inputValue()).not.toContain("lost?");

    const typed = '{"orderId":1,"amount":1,"card":"good"}';
    await field.fill(typed);
    // The engine tells of a change, and what the field began with is loaded anew.
    const isAsked = page.waitForResponse((response) => response.url().includes(row.anew));
    const data = { orderId: 9, amount: 1, card: "bad" };
    await server.engine.ingest({ body: { name: "shop/order.placed", data }, seed: null });
    await isAsked;
    expect(await field.inputValue()).toBe(typed);
    expect(await button.isEnabled()).toBe(true);
    await page.close();
  });

  test("a dead letter that cannot be loaded is not retried with nothing, and is asked for again", async () => {
    const page = await (await stage().newContext()).newPage();
    await page.goto(`${stage().server.url}/dead-letters`);
    await page.route("**/v2/dead-letters/*", (route) =>
      route.fulfill({ status: 500, body: '{"errors":[{"code":"store_failed","message":"The disk says no."}]}' }),
    );
    await page.getByRole("button", { name: "Edit newest" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("The disk says no.").waitFor();
    expect(await dialog.getByRole("button", { name: "Retry", exact: true }).isDisabled()).toBe(true);
    await page.unroute("**/v2/dead-letters/*");
    await dialog.getByRole("button", { name: "Try again" }).click();
    await dialog.getByRole("textbox", { name: "Event data" }).waitFor();
    await page.context().close();
  });

  test("a number is typed digit by digit, emptied and typed again, and stays a number", async () => {
    const page = await stage().open("/functions/shop-charge");
    await page.getByRole("button", { name: "Invoke" }).click();
    const dialog = page.getByRole("dialog");
    const amount = dialog.getByRole("textbox", { name: "amount" });
    const json = dialog.getByRole("textbox", { name: "Event data" });
    await amount.fill("");
    await amount.pressSequentially("1.50");
    expect(await amount.inputValue()).toBe("1.50");
    expect(await json.inputValue()).toContain('"amount": 1.5');
    await json.fill('{"amount":7}');
    expect(await amount.inputValue()).toBe("7");
    await page.close();
  });
}
