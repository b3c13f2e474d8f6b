/** The published inngest 4, every step a call of its own. */
import { columns } from "./columns.ts";
import { testSigned } from "./signed-cases.ts";
import { testTable } from "./table-cases.ts";

testTable(columns.inngest4);
testSigned(columns.inngest4);
