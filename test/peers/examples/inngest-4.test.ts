/** The examples with the published inngest 4. */
import { columns } from "./columns.ts";
import { runExamples } from "./run-examples.ts";

runExamples(columns.inngest4);
runExamples(columns.inngest4Plain);
