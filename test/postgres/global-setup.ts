/**
 * One Postgres for all tests of a run: that of `STEPWELL_TEST_POSTGRES_URI` or `DATABASE_URL` when one is set, which keeps a
 * schema `stepwell` with namespaces of its own for tests; else one is started from npm's binaries.
 */
import { startPostgres } from "../helpers/postgres-server.ts";

export const uriVariable = "STEPWELL_TEST_POSTGRES_URI";

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  const given = process.env[uriVariable] ?? process.env["DATABASE_URL"];
  if (given !== undefined && given !== "") {
    process.env[uriVariable] = given;
    return undefined;
  }
  const server = await startPostgres();
  process.env[uriVariable] = server.uri;
  return async () => {
    delete process.env[uriVariable];
    await server.stop();
  };
}
