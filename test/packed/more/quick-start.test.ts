/** docs/quick-start.md, followed word for word in a plain Node.js app, with the packed packages. */
import { expect, it } from "vitest";
import { followQuickStart } from "../quick-start.ts";

it("leads from npm install to runs that survive a stop of the engine", async (context) => {
  expect(await followQuickStart(context, "In a plain Node.js app", 3)).toEqual([
    "Welcome, Ada!",
    "Welcome, Grace!",
    "Welcome, Linus!",
  ]);
});
