/** What the SDK itself has to say: at which level, with which fields, and that it goes to the internal logger. */
import { expect } from "vitest";
import type { Row } from "./row.ts";
import type { Any, App, AppInput, Stage } from "./stage.ts";

interface Heard {
  own: Any[][];
  internal: Any[][];
}

/** An app whose two loggers are listened to. */
function heardApp({ app }: Stage, input: AppInput): { heard: Heard; made: App } {
  const heard: Heard = { own: [], internal: [] };
  const logger = (lines: Any[][]) =>
    Object.fromEntries(
      ["debug", "info", "warn", "error"].map((level) => [level, (...args: Any[]) => void lines.push([level, ...args])]),
    );
  const client = { logger: logger(heard.own), internalLogger: logger(heard.internal), ...input.client };
  return { heard, made: app({ ...input, client }) };
}

interface Line {
  /** Whose fault or question it is. */
  input?: (stage: Stage) => AppInput;
  work?: (made: App, stage: Stage) => unknown;
  level: "warn" | "error";
  /** Null: a text alone. Absent: with fields or without. */
  fields?: object | null;
  own?: true;
  oursOnly?: string;
}

const text = expect.any(String);

const line = (name: string, { input, work, level, fields, own, oursOnly }: Line): Row => ({
  name: `${name}: ${level}, ${own ? "the client's logger" : "the internal logger"}`,
  ...(oursOnly === undefined ? {} : { oursOnly }),
  async check(stage) {
    const { heard, made } = heardApp(stage, input?.(stage) ?? {});
    await (work ?? ((one: App) => one.call()))(made, stage);
    const said = (own ? heard.own : heard.internal).filter(([one]) => one === level);
    if (fields === null) expect(said).toContainEqual([level, text]);
    else if (fields) expect(said).toContainEqual([level, expect.objectContaining(fields), text]);
    else expect(said).not.toEqual([]);
    if (own) expect(heard.internal).toEqual([]);
    else expect(heard.own.filter(([one]) => one === level && level === "warn")).toEqual([]);
  },
});

const serveOf = ({ client, fn }: App, { sdk }: Stage, functions: unknown[] = [fn]) => sdk.serve({ client, functions });
const request = (method: string, query = ""): Request =>
  new Request(`http://app.test/api/inngest${query}`, {
    method,
    headers: { host: "app.test" },
    ...(method === "POST" ? { body: "" } : {}),
  });
const err = { err: expect.any(Error) };
const fails = () => {
  throw new Error("no");
};
const duplicates = async ({ step }: Any): Promise<void> => {
  await Promise.all([1, 2].map(() => step.run("same", () => 1)));
};

export const internalLogRows: readonly Row[] = [
  line("a hook that throws", {
    input: ({ withHooks }) => ({ middleware: [withHooks({ onRunStart: fails })] }),
    level: "error",
    fields: { ...err, hook: "onRunStart", mw: "test" },
  }),
  line("a bad signature", {
    input: () => ({ client: { isDev: false, signingKey: `signkey-test-${"ab".repeat(16)}`, eventKey: "k" } }),
    level: "error",
    fields: { ...err, method: "POST" },
  }),
  line("a call without a body", {
    work: (made, stage) => serveOf(made, stage)(request("POST", "?fnId=app-f&stepId=step")),
    level: "error",
  }),
  line("a method that is none of the protocol's", {
    work: (made, stage) => serveOf(made, stage)(request("DELETE")),
    level: "error",
    fields: { method: "DELETE" },
  }),
  line("registering that fails", {
    input: () => ({ client: { fetch: async () => fails() } }),
    work: (made, stage) => serveOf(made, stage)(request("PUT")),
    level: "error",
    fields: err,
  }),
  line("an answer to registering that cannot be read", {
    input: () => ({ client: { fetch: async () => new Response("<html>") } }),
    work: (made, stage) => serveOf(made, stage)(request("PUT")),
    level: "warn",
    fields: err,
  }),
  line("sending nothing", { work: ({ client }) => client.send([]), level: "warn", fields: null }),
  line("a function that is undefined", {
    work: (made, stage) => serveOf(made, stage, [made.fn, undefined]),
    level: "warn",
    fields: null,
  }),
  line("sleepUntil no moment", {
    input: () => ({ handler: ({ step }) => step.sleepUntil("s", "nonsense") }),
    level: "warn",
    fields: err,
  }),
  line("a nested step", {
    // The published SDK waits for it forever.
    input: () => ({ handler: ({ step }) => step.run("a", () => void step.run("b", () => 1)) }),
    level: "warn",
    fields: { code: "NESTING_STEPS", explanation: text, action: text },
  }),
  line("an id that parallel steps share", {
    input: () => ({ handler: duplicates }),
    level: "warn",
    fields: { code: "AUTOMATIC_PARALLEL_INDEXING", explanation: text, action: text },
    oursOnly: "the published one looks for it in chains of steps alone",
  }),
  line("a function that fails", { input: () => ({ handler: fails }), level: "error", fields: err, own: true }),
  line("a step that fails", {
    input: () => ({ handler: ({ step }) => step.run("a", fails) }),
    level: "error",
    fields: err,
    own: true,
  }),
  line("a logger's child() that throws", {
    input: () => ({}),
    work: async (made) => {
      made.client.logger.child = fails;
      await made.call();
    },
    level: "error",
    fields: err,
    own: true,
  }),
];
