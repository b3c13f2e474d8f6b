import { expect, test } from "vitest";
import { createSystemClock } from "../../../server/src/system/system-clock.ts";
import { createHttpSdkCaller } from "../../../server/src/transport/http-sdk-caller.ts";
import { startAppServer } from "../../helpers/app-server.ts";
import { sdkCallTo } from "../../helpers/sdk-call.ts";

test("a redirect to another origin carries no signature, one within the app does", async () => {
  const stranger = await startAppServer((_, response) => response.writeHead(500).end("no"));
  const app = await startAppServer((request, response) => {
    const within = request.path.startsWith("/moved");
    response.writeHead(307, { location: within ? `${stranger.url}/x` : "/moved" }).end();
  });
  const caller = createHttpSdkCaller({ signingKey: "00ff", serverKind: "cloud", clock: createSystemClock() });
  await caller.call(sdkCallTo(app.url), new AbortController().signal);
  expect(app.seen.map(({ headers }) => "x-inngest-signature" in headers)).toEqual([true, true]);
  expect(stranger.seen.map(({ headers }) => "x-inngest-signature" in headers)).toEqual([false]);
  await caller.close();
  await app.close();
  await stranger.close();
});
