/** docs/quick-start.md, followed word for word in a new Next.js app, with the packed packages. Installs 400 MB. */
import { expect, it } from "vitest";
import { followQuickStart } from "../quick-start.ts";

it("leads from create-next-app to a completed run", async (context) => {
  expect(await followQuickStart(context, "In a Next.js app", 1)).toEqual(["Welcome, Ada!"]);
});
