/** What the files of this room work with. */
import type { IngestRequest, IngestResult } from "../ingest/ingest.ts";
import type { Parts } from "../parts/parts.ts";

export interface WebhookParts extends Pick<Parts, "clock" | "logger" | "newId" | "limits"> {
  store: Parts["store"]["webhooks"];
  ingest(request: IngestRequest): Promise<IngestResult>;
}
