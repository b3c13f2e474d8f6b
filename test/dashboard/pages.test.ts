/** The page in a real browser, against a real engine: every page and every action. One browser and one engine for all. */
import { afterAll, beforeAll, describe } from "vitest";
import { openStage, reason, type Stage } from "./stage.ts";
import { accessSuite } from "./suites/access.ts";
import { alertsSuite } from "./suites/alerts.ts";
import { limitsSuite } from "./suites/limits.ts";
import { moreSuite } from "./suites/more.ts";
import { runSuite } from "./suites/run.ts";
import { runsSuite } from "./suites/runs.ts";
import { shellSuite } from "./suites/shell.ts";
import { typingSuite } from "./suites/typing.ts";
import { webhooksSuite } from "./suites/webhooks.ts";

let stage: Stage;

if (reason !== null) console.warn(reason);

describe.skipIf(reason !== null)("the page", () => {
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());
  const get = (): Stage => stage;

  runsSuite(get);
  runSuite(get);
  // Before the dead letters are dropped.
  typingSuite(get);
  moreSuite(get);
  limitsSuite(get);
  accessSuite(get);
  webhooksSuite(get);
  alertsSuite(get);
  // Last: it also looks at what went wrong in the tabs of the others.
  shellSuite(get);
});
