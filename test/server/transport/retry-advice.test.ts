import { expect, test } from "vitest";
import { parseRetryAfter, readRetryAdvice } from "../../../server/src/transport/retry-advice.ts";

const now = Date.UTC(2026, 0, 1);
const day = 86_400_000;

test.each([
  ["2", now + 2_000],
  ["0", now + 1_000],
  ["1.5", now + 1_500],
  [" 30 ", now + 30_000],
  ["9999999", now + day],
  ["12345678", null],
  ["Thu, 01 Jan 2026 00:01:00 GMT", now + 60_000],
  ["2026-01-01T00:00:10.500Z", now + 10_500],
  ["Wed, 31 Dec 2025 00:00:00 GMT", now + 1_000],
  ["Fri, 01 Jan 2027 00:00:00 GMT", now + day],
  ["soon", null],
  ["", null],
  [null, null],
])("Retry-After %j", (text, expected) => {
  expect(parseRetryAfter(text, now)).toBe(expected);
});

test.each([
  ["true", true],
  ["FALSE", false],
  ["maybe", null],
])("x-inngest-no-retry %s", (text, noRetry) => {
  const headers = new Map([["x-inngest-no-retry", text]]);
  expect(readRetryAdvice((name) => headers.get(name) ?? null, now)).toEqual({ noRetry, retryAt: null });
});
