/** The examples with the published inngest 3. */
import { columns } from "./columns.ts";
import { runExamples } from "./run-examples.ts";

runExamples(columns.inngest3);
