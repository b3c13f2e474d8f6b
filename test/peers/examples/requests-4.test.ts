/** What apps answer to everything but calls: our SDK beside the published inngest 4. */
import { columns } from "./columns.ts";
import { compareRequests } from "./requests.ts";

compareRequests(columns.inngest4, columns.stepwell);
