import { afterEach, beforeEach } from "vitest";
import type { Answer } from "../../server/src/domain/answer.ts";
import type { SdkCaller } from "../../server/src/ports/sdk-caller.ts";
import { createSystemClock } from "../../server/src/system/system-clock.ts";
import { createHttpSdkCaller } from "../../server/src/transport/http-sdk-caller.ts";
import { type Answering, type AppServer, startAppServer } from "./app-server.ts";
import { sdkCallTo } from "./sdk-call.ts";

/** Headers of an app's answer. */
export const sdk = { "x-inngest-sdk": "inngest-js:v4.24.0", "content-type": "application/json" };

/** A signal that never aborts. */
export const never: AbortSignal = new AbortController().signal;

/** An app that answers every request the same. */
export const reply =
  (status: number, body: string | Buffer, headers: Record<string, string> = sdk): Answering =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

export interface HttpCaller {
  /** New for each test. */
  caller(): SdkCaller;
  /** An app that is closed after the test. */
  startApp(answer: Answering): Promise<AppServer>;
  /** What the caller makes of an app's answer. */
  answerTo(answer: Answering): Promise<Answer>;
  failureTo(answer: Answering): Promise<Extract<Answer, { kind: "failure" }>>;
}

/** The real caller and real apps for the tests of a file. Call it once, at the top. */
export function useHttpCaller(): HttpCaller {
  let caller: SdkCaller;
  let apps: AppServer[];
  beforeEach(() => {
    apps = [];
    caller = createHttpSdkCaller({ signingKey: null, serverKind: "dev", clock: createSystemClock() });
  });
  afterEach(async () => {
    await caller.close();
    await Promise.all(apps.map((app) => app.close()));
  });

  const startApp = async (answer: Answering): Promise<AppServer> => {
    const app = await startAppServer(answer);
    apps.push(app);
    return app;
  };
  const answerTo = async (answer: Answering): Promise<Answer> => {
    const app = await startApp(answer);
    return caller.call(sdkCallTo(app.url), never);
  };
  return {
    caller: () => caller,
    startApp,
    answerTo,
    async failureTo(answer) {
      const got = await answerTo(answer);
      if (got.kind !== "failure") throw new Error(`expected a failure, got ${JSON.stringify(got)}`);
      return got;
    },
  };
}
