import { loadPublishedMetadata, columns as sdks } from "../peers/columns.ts";
import { columns } from "./columns.ts";
import { publishedMetadataRows } from "./rows/metadata.ts";
import { runRows } from "./run-rows.ts";

const middleware = [await loadPublishedMetadata()];

for (const sdk of [sdks.inngest4Checkpointing, sdks.inngest4])
  runRows(
    { ...columns.inngest4, name: sdk.name, sdk: { ...sdk, clientOptions: { ...sdk.clientOptions, middleware } } },
    { metadata: publishedMetadataRows },
  );
