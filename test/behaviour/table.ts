/** All rows, by subject. */
import type { Row } from "./row.ts";
import { admissionRows } from "./rows/admission.ts";
import { badInputRows } from "./rows/bad-input.ts";
import { concurrencyRows } from "./rows/concurrency.ts";
import { cronRows } from "./rows/crons.ts";
import { invocationRows } from "./rows/invocations.ts";
import { keyOrderRows } from "./rows/key-order.ts";
import { limitRows } from "./rows/limits.ts";
import { logRows } from "./rows/logs.ts";
import { metadataRows } from "./rows/metadata.ts";
import { operationRows } from "./rows/operations.ts";
import { outageRows } from "./rows/outages.ts";
import { raceRows } from "./rows/races.ts";
import { retryRows } from "./rows/retries.ts";
import { scriptedRows } from "./rows/scripted-ops.ts";
import { otherSdkRows } from "./rows/scripted-sdks.ts";
import { stepRows } from "./rows/steps.ts";
import { waitRows } from "./rows/waits.ts";

export const table: Record<string, Row[]> = {
  steps: stepRows,
  races: raceRows,
  "order of keys": keyOrderRows,
  retries: retryRows,
  outages: outageRows,
  waits: waitRows,
  "invocations, requests, cancellation": invocationRows,
  concurrency: concurrencyRows,
  admission: admissionRows,
  crons: cronRows,
  operations: operationRows,
  limits: limitRows,
  "bad input": badInputRows,
  metadata: metadataRows,
  logs: logRows,
  answers: scriptedRows,
  "other SDKs": otherSdkRows,
};

/** Rows for which it matters whether steps are saved while a call goes on. */
export const withoutCheckpoints: Record<string, Row[]> = Object.fromEntries(
  Object.entries(table).map(([group, rows]) => [group, rows.filter((row) => row.alsoWithoutCheckpoints === true)]),
);
