/** What apps answer to everything but calls: our SDK, used as version 3 is, beside the published inngest 3. */
import { columns } from "./columns.ts";
import { compareRequests } from "./requests.ts";

// An introspection tells there how the mode was chosen; ours tells what version 4 does.
compareRequests(columns.inngest3, columns.stepwellAs3, ["extra"]);
