/** What `ctx.logger` writes, on its way to an engine that takes it. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { Middleware, NonRetriableError } from "../../../src/index.ts";
import { verifySignature } from "../../../src/signing/index.ts";
import { type AppInput, type CallInput, middlewareApp, sha1 } from "../../middleware/middleware-app.ts";
import { frame, KEY, setUp } from "../set-up-app.ts";

const takes = "ms, logs";

function app(
  handler: NonNullable<AppInput["handler"]>,
  client: AppInput["client"] = {},
  middleware: AppInput["middleware"] = [],
): ReturnType<typeof middlewareApp> {
  return middlewareApp({ handler, client, middleware });
}

/** One call of an app: what it answered, and the lines beside that. */
async function logged(given: ReturnType<typeof app>, input: CallInput = {}) {
  const { json, headers, status } = await given.call({ takes, ...input });
  const lines = (json?.logs?.lines ?? []) as unknown[][];
  return { json, headers, status, body: json?.body, lines, leftOut: json?.logs?.leftOut };
}

const parent = { debug() {}, info() {}, warn() {}, error() {}, child: () => parent };

const textsOf = (lines: unknown[][]): unknown[] => lines.map(([, level, args]) => [level, ...(args as unknown[])]);

afterEach(() => {
  vi.useRealTimers();
});

describe("an answer", () => {
  test("is as ever for an engine that does not take logs, and for a run that logs nothing", async () => {
    const talks = app(({ logger }) => logger.info("hello"));
    for (const given of [undefined, "ms"]) {
      const { json, headers } = await talks.call(given === undefined ? {} : { takes: given });
      expect(json).toBeNull();
      expect(headers).not.toHaveProperty("x-stepwell-logs");
    }
    expect((await app(() => 1).call({ takes })).json).toBe(1);
  });

  test("has each line with its time, level, arguments and step", async () => {
    const at = Date.now();
    const given = app(
      async ({ step, logger }) => {
        logger.info("begin", 1);
        await step.run("a", async () => {
          await Promise.resolve();
          logger.child({ who: "ana" }).warn({ err: new TypeError("no") }, "in %s", "a");
        });
      },
      { logger: parent },
    );
    const { lines, body, headers, json } = await logged(given);
    expect(body).toMatchObject([{ op: "StepRun", id: sha1("a") }]);
    expect(headers["x-stepwell-logs"]).toBe(String(JSON.stringify(json.logs).length));
    const err = { name: "TypeError", message: "no", stack: expect.any(String), __serialized: true };
    expect(lines).toEqual([
      [expect.any(Number), "info", ["begin", 1], null, null],
      [expect.any(Number), "warn", [{ who: "ana" }, { err }, "in %s", "a"], sha1("a"), "a"],
    ]);
    expect(lines[0]?.[0]).toBeGreaterThanOrEqual(at);
    // What was remembered is not said again.
    expect((await logged(given, { steps: { a: null } })).lines).toEqual([]);
  });

  test("of a function or step that fails has its lines, and the error with its stack in its step", async () => {
    const failing = app(async ({ step, logger }) => {
      logger.info("begin");
      await step.run("a", () => {
        throw new NonRetriableError("never");
      });
    });
    const { status, lines } = await logged(failing);
    expect(status).toBe(206);
    expect(lines).toMatchObject([
      [expect.any(Number), "info", ["begin"], null, null],
      [
        expect.any(Number),
        "error",
        [{ err: { message: "never", stack: expect.any(String) } }, 'Step "a" failed.'],
        sha1("a"),
        "a",
      ],
    ]);
    const thrown = await logged(app(() => Promise.reject(new Error("no"))));
    expect(thrown.status).toBe(500);
    expect(thrown.body).toMatchObject({ message: "no" });
    expect(thrown.lines).toHaveLength(1);
  });

  test("is signed with its lines", async () => {
    const { request } = setUp({ handler: (({ logger }: { logger: Console }) => logger.warn("hello")) as never });
    const body = JSON.stringify(frame);
    const { canonicalJson, signBody } = await import("../../../src/signing/index.ts");
    const headers = {
      "x-inngest-signature": await signBody(KEY, canonicalJson(frame), Date.now()),
      "x-stepwell-takes": takes,
    };
    const response = await request("POST", "https://app.test/api/inngest?fnId=app-f&stepId=step", body, headers);
    expect(JSON.parse(response.body).logs.lines).toHaveLength(1);
    const header = response.headers["x-inngest-signature"] ?? null;
    expect(await verifySignature({ header, body: response.body, keys: [KEY], nowMs: Date.now() })).toMatchObject({
      ok: true,
    });
  });

  test("has what hooks log, seen by no hook; one that middleware changed goes out as it left it", async () => {
    const seen: string[] = [];
    let change = false;
    class Talk extends Middleware.BaseMiddleware {
      readonly id = "talk";
      override onRunComplete({ ctx }: { ctx: { logger: { info(text: string): void } } }): void {
        ctx.logger.info("complete");
      }
      override async wrapRequest({ next }: Middleware.WrapRequestArgs): Promise<Middleware.Response> {
        const response = await next();
        seen.push(response.body);
        return change ? { ...response, body: '"changed"' } : response;
      }
    }
    const given = app(() => "done", {}, [Talk] as never);
    expect(textsOf((await logged(given)).lines)).toEqual([["info", "complete"]]);
    change = true;
    expect((await given.call({ takes })).json).toBe("changed");
    expect(seen).toEqual(['"done"', '"done"']);
  });
});

describe("lines", () => {
  test("that the logger's level drops are not kept; all others reach the user's logger as well", async () => {
    const written: unknown[] = [];
    const logger = {
      debug: (...args: unknown[]) => written.push(args),
      info: (...args: unknown[]) => written.push(args),
      warn: (...args: unknown[]) => written.push(args),
      error: (...args: unknown[]) => written.push(args),
      isLevelEnabled: (level: string) => level !== "debug",
    };
    const { lines } = await logged(app(({ logger: log }) => [log.debug("quiet"), log.info("said")].length, { logger }));
    expect(textsOf(lines)).toEqual([["info", "said"]]);
    expect(written).toEqual([["quiet"], ["said"]]);
    const none = await logged(app(({ logger: log }) => log.debug("quiet"), { logger: undefined }));
    expect(none.lines).toEqual([]);
  });

  test("with values that JSON does not have, or that are too large, are cut and never fail a step", async () => {
    const circular: Record<string, unknown> = { name: "me" };
    circular["self"] = circular;
    const unreadable = Object.defineProperty({}, "bad", {
      enumerable: true,
      get() {
        throw new Error("no");
      },
    });
    const given = app(({ logger }) => {
      logger.info("big", 10n, undefined, () => 1);
      logger.info({ circular });
      logger.info("x".repeat(100_000), { list: Array.from({ length: 100_000 }, (_, n) => `item ${n}`) });
      logger.info({ unreadable });
      return "done";
    });
    const { lines, leftOut, body } = await logged(given);
    expect(body).toBe("done");
    expect(textsOf(lines)[0]).toEqual(["info", "big", "10", null, null]);
    expect(lines[1]?.[2]).toMatchObject([{ circular: { self: { self: { name: "me" } } } }]);
    expect(JSON.stringify(lines[1]).match(/"me"/g)).toHaveLength(7);
    for (const line of lines) expect(JSON.stringify(line).length).toBeLessThan(50_000);
    expect(leftOut).toBe(1);
  });

  test("beyond what goes along at once are counted", async () => {
    const { lines, leftOut } = await logged(
      app(({ logger }) => {
        for (let n = 0; n < 1500; n++) logger.info("line", n);
      }),
    );
    expect(lines).toHaveLength(1000);
    expect(leftOut).toBe(500);
  });
});

describe("while a call goes on", () => {
  const sentLogs = (sent: { body: { steps: unknown[]; logs?: { lines: unknown[][] } } }[]) =>
    sent.map(({ body }) => [body.steps.length, textsOf(body.logs?.lines ?? [])]);

  test("lines go along with checkpoints, and only to an engine that takes them", async () => {
    const given = app(async ({ step, logger }) => {
      logger.info("begin");
      await step.run("a", () => logger.info("in a"));
      logger.info("end");
    });
    const { lines } = await logged(given, { checkpoints: true });
    expect(sentLogs(given.sent)).toEqual([
      [
        1,
        [
          ["info", "begin"],
          ["info", "in a"],
        ],
      ],
    ]);
    expect(textsOf(lines)).toEqual([["info", "end"]]);
    given.sent.length = 0;
    await given.call({ checkpoints: true });
    expect(given.sent[0]?.body).not.toHaveProperty("logs");
  });

  test("they go by themselves when a step takes long, one batch a second; what was not taken comes with the answer", async () => {
    vi.useFakeTimers();
    let status = 200;
    const sent: never[] = [];
    const fetch = async (_url: string, init: { body: string }) => {
      if (status === 200) sent.push({ body: JSON.parse(init.body) } as never);
      return new Response("{}", { status });
    };
    let release = (): void => {};
    const given = app(
      async ({ step, logger }) => {
        await step.run("slow", async () => {
          logger.info("one");
          logger.info("two");
          await vi.advanceTimersByTimeAsync(1000);
          logger.info("three");
          status = 500;
          await vi.advanceTimersByTimeAsync(1000);
          logger.info("four");
          await vi.advanceTimersByTimeAsync(5000);
          release();
        });
      },
      { fetch, checkpointing: false },
    );
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { lines } = await logged(given, { checkpoints: true });
    await released;
    expect(sentLogs(sent)).toEqual([
      [
        0,
        [
          ["info", "one"],
          ["info", "two"],
        ],
      ],
    ]);
    expect(textsOf(lines)).toEqual([
      ["info", "three"],
      ["info", "four"],
    ]);
  });
});

describe("captureConsole", () => {
  test("keeps what a run writes to the console, once, and nothing that others write", async () => {
    const info = vi.spyOn(console, "info").mockImplementation(() => {});
    const given = app(
      async ({ step, logger }) => {
        console.info("begin", { a: 1 });
        logger.info("by the logger");
        await step.run("a", () => console.error("in a"));
        console.log("end");
      },
      { captureConsole: true, logger: console },
    );
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    console.info("outside");
    const { lines } = await logged(given);
    expect(textsOf(lines)).toEqual([
      ["info", "begin", { a: 1 }],
      ["info", "by the logger"],
    ]);
    expect(info.mock.calls).toHaveLength(3);
    error.mockRestore();
    info.mockRestore();
  });
});
