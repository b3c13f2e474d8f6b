/** Where the Postgres of this test run is, and names that no other test uses. See test/postgres/global-setup.ts. */
import { randomUUID } from "node:crypto";

export function postgresUri(): string {
  const uri = process.env["STEPWELL_TEST_POSTGRES_URI"];
  if (uri === undefined) throw new Error("No Postgres was started: run this test in the project `postgres`.");
  return uri;
}

/** Stores of one namespace share a state; each test has its own. */
export function newNamespace(): string {
  return `test-${randomUUID().slice(0, 13)}`;
}
