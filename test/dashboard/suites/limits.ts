/** Limits that people set over those of the code: the card of a function's page, and what the list of functions says of them. */
import { expect, test } from "vitest";
import { seriousFaults } from "../axe.ts";
import type { Stage } from "../stage.ts";

export function limitsSuite(stage: () => Stage): void {
  test("a limit is set with who and why, shown wherever the function is, and reset to what the code says", async () => {
    const page = await stage().open("/functions/shop-charge");
    await page.getByRole("button", { name: "Set a limit" }).click();
    const dialog = page.getByRole("dialog");
    const submit = dialog.getByRole("button", { name: "Set the limit" });
    await dialog.getByRole("combobox", { name: "Limit" }).selectOption({ label: "Throttle (code: none)" });
    await dialog.getByRole("textbox", { name: "Starts" }).fill("few");
    await dialog.getByText("A whole number, such as 5").waitFor();
    await dialog.getByRole("textbox", { name: "Starts" }).fill("500");
    await dialog.getByRole("textbox", { name: "Your name" }).fill("ana");
    await dialog.getByRole("textbox", { name: "Reason" }).fill("partner is slow");
    await submit.click();
    // A throttle that the code does not have needs a time: what was typed stays.
    await dialog.getByText(/throttle\.period/).waitFor();
    expect(await dialog.getByRole("textbox", { name: "Starts" }).inputValue()).toBe("500");
    await dialog.getByRole("textbox", { name: "In" }).fill("1s");
    expect(await seriousFaults(page)).toEqual([]);
    await submit.click();
    await page.getByText("The code says none. Set by ana: partner is slow").waitFor();
    await page.getByText("500 in 1.0 s").waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.goto(`${stage().server.url}/functions`);
    await page.getByText("Throttle 500 in 1.0 s, set by ana (code: none)").waitFor();
    await page.goto(`${stage().server.url}/functions/shop-charge`);
    await page.getByRole("button", { name: "Reset the Throttle" }).click();
    await page.getByText("500 in 1.0 s").waitFor({ state: "detached" });
    await page.close();
  });
}
