import { columns } from "./columns.ts";
import { runRows } from "./run-rows.ts";
import { table } from "./table.ts";

runRows(columns.inngest3, table);
