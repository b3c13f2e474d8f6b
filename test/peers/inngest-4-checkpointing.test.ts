/** The published inngest 4 as it comes: it saves steps while a call goes on. */
import { columns } from "./columns.ts";
import { testSigned } from "./signed-cases.ts";
import { testTable } from "./table-cases.ts";

testTable(columns.inngest4Checkpointing);
testSigned(columns.inngest4Checkpointing);
