/** The columns of the table. Versions 3 and 4 of the published SDK share a global: each has a process, so a file, of its own. */
import { columns as sdks } from "../peers/columns.ts";
import type { BehaviourColumn } from "./row.ts";

const withoutCheckpoints = { ...sdks.stepwell, clientOptions: { checkpointing: false } };

export const columns = {
  stepwell: { id: "stepwell", name: "our SDK over HTTP", sdk: sdks.stepwell, embedded: false },
  stepwellPlain: {
    id: "stepwell",
    name: "our SDK over HTTP, no checkpoints",
    sdk: withoutCheckpoints,
    embedded: false,
  },
  embedded: { id: "embedded", name: "our SDK, embedded", sdk: sdks.stepwell, embedded: true },
  inngest4: { id: "inngest4", name: "inngest 4 over HTTP", sdk: sdks.inngest4Checkpointing, embedded: false },
  inngest4Plain: { id: "inngest4", name: "inngest 4 over HTTP, no checkpoints", sdk: sdks.inngest4, embedded: false },
  inngest3: { id: "inngest3", name: "inngest 3 over HTTP", sdk: sdks.inngest3, embedded: false },
  scripted: { id: "scripted", name: "an app of bare answers", sdk: null, embedded: false },
} satisfies Record<string, BehaviourColumn>;
