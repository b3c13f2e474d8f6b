/** The engine's reading of recorded answers of the reference SDK; the SDK's tests write the same ones. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readAnswer } from "../../../server/src/transport/read-answer.ts";
import { readSyncAnswer } from "../../../server/src/transport/sync-app.ts";

interface Recorded {
  status: number;
  responseHeaders: Record<string, string>;
  response: unknown;
}

interface RecordedSync {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../protocol/fixtures/${name}`, import.meta.url), "utf8"));

const now = Date.UTC(2026, 0, 1);
const calls = Object.entries(read("calls.json") as Record<string, Recorded[]>).flatMap(([scenario, recorded]) =>
  recorded.map((call, index) => ({ scenario, number: index + 1, call })),
);

function advice({ responseHeaders }: Recorded): { noRetry: boolean | null; retryAt: number | null } {
  const noRetry = responseHeaders["x-inngest-no-retry"];
  const after = responseHeaders["retry-after"];
  return {
    noRetry: noRetry === undefined ? null : noRetry === "true",
    retryAt: after === undefined ? null : now + Number(after) * 1000,
  };
}

function expected(call: Recorded): object {
  const requestVersion = Number(call.responseHeaders["x-inngest-req-version"]);
  if (call.status === 206)
    return { kind: "operations", operations: call.response, retry: advice(call), requestVersion };
  if (call.status === 200) return { kind: "result", output: JSON.stringify(call.response), requestVersion };
  return { kind: "failure", error: call.response, retry: advice(call), requestVersion };
}

test.each(calls)("$scenario, answer $number", ({ call }) => {
  const answer = { status: call.status, headers: call.responseHeaders, body: JSON.stringify(call.response) };
  expect(readAnswer(answer, now)).toEqual(expected(call));
});

test("a sync out of band and one in band", () => {
  const { outOfBand, inBand } = read("sync.json") as { outOfBand: RecordedSync; inBand: RecordedSync };
  const outcome = ({ status, headers, body }: RecordedSync) =>
    readSyncAnswer({ status, headers, body: JSON.stringify(body) }, "http://127.0.0.1:3001/api/inngest");
  expect(outcome(outOfBand)).toEqual({ kind: "registered", modified: outOfBand.body.modified });
  const { app_id: appName, functions, url, framework, sdk } = inBand.body;
  expect(outcome(inBand)).toMatchObject({ kind: "in-band", registration: { appName, functions, url, framework, sdk } });
});
