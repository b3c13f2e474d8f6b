import * as Sentry from "@sentry/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type SentryModule, type SentryOptions, sentryMiddleware } from "../../src/middleware/built-in/sentry.ts";
import { middlewareApp } from "./middleware-app.ts";

/** What a real Sentry client was about to send. */
let reported: Sentry.Event[] = [];

class TestClient extends Sentry.Client {
  // Public: the base class cannot be made from outside.
  constructor(options: Sentry.ClientOptions) {
    super(options);
  }
  eventFromException(error: unknown): PromiseLike<Sentry.Event> {
    const { name, message } = error as Error;
    return Promise.resolve({ exception: { values: [{ type: name, value: message }] } });
  }
  eventFromMessage(message: unknown): PromiseLike<Sentry.Event> {
    return Promise.resolve({ message: String(message) });
  }
}

beforeEach(() => {
  reported = [];
  const client = new TestClient({
    dsn: "https://public@sentry.test/1",
    integrations: [],
    stackParser: () => [],
    transport: () => ({ send: async () => ({}), flush: async () => true }),
    beforeSend: (event: Sentry.ErrorEvent) => {
      reported.push(event);
      return null;
    },
  });
  Sentry.getCurrentScope().setClient(client);
  client.init();
});

afterEach(() => {
  Sentry.getCurrentScope().setClient(undefined);
});

const app = (options: SentryOptions = {}) =>
  middlewareApp({
    middleware: [sentryMiddleware(options)],
    handler: async ({ step, event, sentry }) => {
      sentry.setTags({ own: "tag" });
      if (event.data.fail) throw new Error("outer");
      await step.run("s", () => {
        if (event.data.step) throw new TypeError("inner");
      });
      return "done";
    },
  });

const summary = () => reported.map(({ exception, tags }) => [exception?.values?.[0]?.value, tags?.["inngest.step.id"]]);

describe("sentryMiddleware", () => {
  test("reports a run's last error, with what it belongs to", async () => {
    const { call } = app();
    await call({ data: { fail: true } });
    expect(reported).toEqual([]);
    await call({ data: { fail: true }, attempt: 3 });
    expect(summary()).toEqual([["outer", undefined]]);
    expect(reported[0]?.tags).toMatchObject({
      "inngest.client.id": "app",
      "inngest.function.id": "app-f",
      "inngest.function.name": "F",
      "inngest.run.id": "run-1",
      "inngest.event.name": "e",
      "inngest.event.id": "event-1",
    });
    expect(reported[0]?.contexts?.["inngest"]).toEqual({ eventName: "e", eventId: "event-1", attempt: 3 });
  });

  test("reports every attempt when told so", async () => {
    await app({ onlyCaptureFinalAttempt: false }).call({ data: { fail: true } });
    expect(summary()).toEqual([["outer", undefined]]);
  });

  test("reports errors of steps when told so", async () => {
    await app().call({ data: { step: true }, attempt: 3 });
    expect(reported).toEqual([]);
    await app({ captureStepErrors: true }).call({ data: { step: true } });
    expect(reported).toEqual([]);
    await app({ captureStepErrors: true }).call({ data: { step: true }, attempt: 3 });
    expect(summary()).toEqual([["inner", "s"]]);
  });

  test("waits until reports are out, unless told not to, and makes spans of the call and its steps", async () => {
    const flush = vi.fn(async () => true);
    const startSpan = vi.fn(<T>(_: { name: string; op?: string }, work: (span: unknown) => T): T => work({}));
    const sentry: SentryModule = { ...Sentry, flush, startSpan } as SentryModule;
    await app({ sentry }).call();
    expect(flush).toHaveBeenCalledOnce();
    expect(startSpan.mock.calls.map(([options]) => options)).toEqual([
      { name: "F", op: "function.inngest" },
      { name: "s", op: "step.inngest" },
    ]);
    await app({ sentry, disableAutomaticFlush: true }).call();
    expect(flush).toHaveBeenCalledOnce();
  });

  test("does not touch runs that go well", async () => {
    expect((await app().run()).json).toBe("done");
    expect(reported).toEqual([]);
  });

  test("refuses what is no Sentry SDK", () => {
    expect(() => sentryMiddleware({ sentry: { flush: async () => true } as never })).toThrow(
      "`sentry` has no withIsolationScope, startSpan, captureException; expected a Sentry SDK of version 8 or later",
    );
  });
});
