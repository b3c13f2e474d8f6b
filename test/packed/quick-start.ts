/** What both halves of docs/quick-start.md have in common: followed with the packed packages, they end in completed runs. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, type TestContext } from "vitest";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { explainSkip, isUnreachable, packBoth } from "../helpers/packed-sdk.ts";
import { createFollower, type Follower, stepsOf } from "./page-steps.ts";

interface ListedRun {
  readonly id: string;
  readonly status: string;
  readonly output: unknown;
}

interface Trace {
  readonly data: { readonly children: readonly { readonly status: string }[] };
}

/** What this process has, without what npm and Vitest put into it. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:npm_|VITEST|NODE_ENV$|NODE_OPTIONS$|INNGEST_|STEPWELL_)/.test(name),
    ),
  );

/** Names of packages become tarballs, the ports of the page free ones. */
function changeFor(packed: string, appPort: number): (text: string) => string {
  return (text) =>
    text
      .replaceAll(/^npm install .*$/gm, (line) =>
        line
          .replaceAll(/(?<= )stepwell-server(?= |$)/g, join(packed, "stepwell-server.tgz"))
          .replaceAll(/(?<= )stepwell(?= |$)/g, join(packed, "stepwell.tgz")),
      )
      .replaceAll("3000", String(appPort));
}

/** Follows a section to its end. Resolves with the outputs of its runs, oldest first. */
export async function followQuickStart(context: TestContext, heading: string, runCount: number): Promise<unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), "stepwell-quick-start-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const [packed, appPort, port] = [await packBoth(), await freePort(), await freePort()];
  const engine = `http://127.0.0.1:${port}`;
  const app = `http://127.0.0.1:${appPort}`;
  const ask = async <T>(path: string): Promise<T> => (await (await fetch(engine + path)).json()) as T;
  const runs = async (): Promise<ListedRun[]> =>
    (await ask<{ data: ListedRun[] }>("/v2/runs?order=asc&includeOutput=true")).data;
  const follower = createFollower({
    folder,
    change: changeFor(packed, appPort),
    env: {
      ...environment(),
      NO_COLOR: "1",
      // A reader says yes when npx asks whether it may install.
      npm_config_yes: "true",
      NEXT_TELEMETRY_DISABLED: "1",
      PORT: String(appPort),
      // The app and the commands use this engine, and it looks for no other app of this machine.
      INNGEST_BASE_URL: engine,
      STEPWELL_URL: engine,
      STEPWELL_PORT: String(port),
      STEPWELL_SDK_URL: `${app}/api/inngest`,
      STEPWELL_NO_DISCOVERY: "true",
    },
    beforeStop: async () => {
      const last = (await runs()).at(-1)?.id ?? "";
      await eventually("the first step of the last run", async () => {
        const { data } = await ask<Trace>(`/v2/runs/${last}/trace`);
        return data.children.some(({ status }) => status === "COMPLETED") ? true : null;
      });
    },
  });
  onTestFinished(() => follower.stop());
  await followAll(context, follower, heading, async () => {
    const served = await ask<{ data: unknown[] }>("/v2/functions").catch(() => null);
    return served?.data.length === 1 ? true : null;
  });
  const ended = await eventually("the runs' ends", async () => {
    const all = await runs();
    return all.length === runCount && all.every(({ status }) => status === "COMPLETED") ? all : null;
  }).catch((cause: unknown) => {
    throw new Error(`The page did not lead to ${runCount} completed runs: ${follower.printed()}`, { cause });
  });
  return ended.map(({ output }) => output);
}

async function followAll(
  context: TestContext,
  follower: Follower,
  heading: string,
  isSynced: () => Promise<true | null>,
): Promise<void> {
  const steps = stepsOf("docs/quick-start.md", heading);
  expect(steps.length).toBeGreaterThan(6);
  for (const step of steps) {
    await follower.follow(step).catch((error: unknown) => {
      if (isUnreachable(error)) context.skip(explainSkip("the quick start is", error));
      throw error;
    });
    if (!step.text.endsWith("npx stepwell dev\n")) continue;
    // A reader sees in the dashboard that the app was found, before going on.
    await eventually("an engine with an app, or its end", async () => (follower.hasLost() ? true : isSynced()));
    expect(follower.hasLost(), `a command ended that should go on: ${follower.printed()}`).toBe(false);
  }
}
