/** The published inngest 3. In a file of its own, so in a process of its own: versions 3 and 4 share a global. */
import { columns } from "./columns.ts";
import { testSigned } from "./signed-cases.ts";
import { testTable } from "./table-cases.ts";

testTable(columns.inngest3);
testSigned(columns.inngest3);
