import { columns } from "./columns.ts";
import { runRows } from "./run-rows.ts";
import { table, withoutCheckpoints } from "./table.ts";

runRows(columns.stepwell, table);
runRows(columns.stepwellPlain, withoutCheckpoints);
