/** What says so when an app mixes Stepwell with a copy of the published SDK: the brands are alike, the rest is not. */
import { Inngest, InngestCommHandler, type Middleware } from "stepwell";
import { serve } from "stepwell/edge";
import { InngestTestEngine } from "stepwell/testing";
import { expect, test } from "vitest";
import type { Any } from "./hooks/stage.ts";

const name = "inngest-v4";
const published: Any = await import(/* @vite-ignore */ name);

const trigger = { event: "e" };
const ours = new Inngest({ id: "app", isDev: true });
const theirs = new published.Inngest({ id: "app", isDev: true });
const theirFunction = theirs.createFunction({ id: "f", triggers: trigger, onFailure: () => {} }, () => "done");

class Theirs extends published.Middleware.BaseMiddleware {
  readonly id = "theirs";
}
class TheirsToo extends Theirs {}

test.each([
  [
    "a client to serve",
    () => serve({ client: theirs, functions: [] }),
    "option `client` is of another SDK; allowed: a client made with this package's new Inngest()",
  ],
  [
    "a client to an adapter of one's own",
    () => new InngestCommHandler({ frameworkName: "own", client: theirs, functions: [], handler: () => ({}) as never }),
    "option `client` is of another SDK",
  ],
  [
    "a function to serve",
    () => serve({ client: ours, functions: [theirFunction] }),
    "functions[0] was not made by this package's createFunction()",
  ],
  ["a function to the test kit", () => new InngestTestEngine({ function: theirFunction }), "a client of `stepwell`"],
  [
    "middleware of a client",
    () => new Inngest({ id: "app", middleware: [Theirs as unknown as Middleware.Class] }),
    'option `middleware[0]` is the function "Theirs"; allowed: classes (not instances) that extend this package\'s Middleware.BaseMiddleware, or its',
  ],
  [
    "middleware of a function",
    () =>
      ours.createFunction(
        { id: "f", triggers: trigger, middleware: [TheirsToo as unknown as Middleware.Class] },
        () => 1,
      ),
    'Function "f": option `middleware[0]` is the function "TheirsToo"; allowed:',
  ],
])("%s", (_, mix, message) => {
  expect(mix).toThrow(message);
});
