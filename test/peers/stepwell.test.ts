/** Our SDK in the table of the published ones: the same cases must come out the same. */
import { columns } from "./columns.ts";
import { testSigned } from "./signed-cases.ts";
import { testTable } from "./table-cases.ts";

testTable(columns.stepwell);
testSigned(columns.stepwell);
