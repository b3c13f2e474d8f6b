/** The examples with our SDK, in the ways of both versions. */
import { columns } from "./columns.ts";
import { runExamples } from "./run-examples.ts";

runExamples(columns.stepwell);
runExamples(columns.stepwellPlain);
runExamples(columns.stepwellAs3);
