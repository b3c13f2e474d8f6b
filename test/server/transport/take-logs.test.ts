/** An answer and the log that came with it. */
import { describe, expect, test } from "vitest";
import { readAnswer } from "../../../server/src/transport/read-answer.ts";
import { answerBytes } from "../../../server/src/transport/take-logs.ts";
import { verifyAnswer } from "../../../server/src/transport/verify-answer.ts";
import { withLogs } from "../../../src/handler/call/run-logs.ts";

const logs = JSON.stringify({ leftOut: 3, lines: [[1, "info", ["ünd"], null, null]] });
const sdk = { "x-inngest-sdk": "inngest-js:v4.24.0", "x-inngest-req-version": "2" };
const answer = (status: number, body: string, headers: Record<string, string> = {}) => ({
  status,
  headers: { ...sdk, "x-stepwell-logs": String(logs.length), ...headers },
  body: withLogs(body, logs),
});
const log = { leftOut: 3, lines: [expect.objectContaining({ text: "ünd" })] };

describe("an answer with a log", () => {
  test("is read as it would be without, whatever it is", () => {
    expect(readAnswer(answer(200, '{"z":1,"a":"}"}'), 0)).toMatchObject({
      kind: "result",
      output: '{"z":1,"a":"}"}',
      logs: log,
    });
    const operations = JSON.stringify([{ op: "StepRun", id: "x", data: 1 }]);
    expect(readAnswer(answer(206, operations), 0)).toMatchObject({
      kind: "operations",
      operations: [{ id: "x" }],
      logs: log,
    });
    const failure = '{"name":"Error","message":"no"}';
    expect(readAnswer(answer(500, failure), 0)).toMatchObject({ kind: "failure", error: { message: "no" }, logs: log });
  });

  test("may come in a stream", () => {
    const { status, headers, body } = answer(206, "[]");
    const streamed = { status: 201, headers: sdk, body: `   ${JSON.stringify({ status, headers, body })}` };
    expect(readAnswer(streamed, 0)).toMatchObject({ kind: "operations", operations: [], logs: log });
  });

  test("is as large as it is without", () => {
    expect(answerBytes(answer(200, '"ü"'))).toBe(4);
    expect(answerBytes({ status: 200, headers: {}, body: '"ü"' })).toBe(4);
  });
});

test("what only says that it has a log is read as it is", () => {
  const bare = { status: 200, headers: { ...sdk }, body: '{"logs":1,"body":2}' };
  expect(readAnswer(bare, 0)).toMatchObject({ output: bare.body });
  for (const length of ["", "x", "-1", "1e9", "2"]) {
    const read = readAnswer({ ...bare, headers: { ...sdk, "x-stepwell-logs": length } }, 0);
    expect(read).toMatchObject({ kind: "result", output: bare.body });
    expect(read).not.toHaveProperty("logs");
  }
  const unreadable = { ...answer(200, "1"), body: withLogs("1", "x".repeat(logs.length)) };
  expect(readAnswer(unreadable, 0)).toMatchObject({ output: "1" });
});

test("a failure that is not signed says nothing of what was logged", async () => {
  const verified = await verifyAnswer(answer(500, '{"name":"Error","message":"no"}'), {
    signingKey: "signkey-test-00",
    sdk: "js:v4.24.0",
    nowMs: 0,
  });
  expect(verified).toMatchObject({ ok: true });
  if (verified.ok) expect(readAnswer(verified.answer, 0)).not.toHaveProperty("logs");
});
