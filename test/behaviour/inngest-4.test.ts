import { columns } from "./columns.ts";
import { runRows } from "./run-rows.ts";
import { table, withoutCheckpoints } from "./table.ts";

runRows(columns.inngest4, table);
runRows(columns.inngest4Plain, withoutCheckpoints);
