/**
 * The columns of the examples: version 4's way of writing an app with our SDK and the published 4.x, version 3's with
 * ours and the published 3.x. Versions 3 and 4 share a global, so each needs a test file, so a process, of its own.
 */
import type { Example, ExampleColumn, Sdk } from "./example.ts";

async function load(name: string, encryption: string | null): ReturnType<ExampleColumn["load"]> {
  const [main, node] = await Promise.all([import(/* @vite-ignore */ name), import(/* @vite-ignore */ `${name}/node`)]);
  const more = encryption === null ? {} : await import(/* @vite-ignore */ encryption);
  const { encryptionMiddleware = main.encryptionMiddleware } = more;
  return { sdk: { ...main, encryptionMiddleware } as Sdk, createServer: node.createServer };
}

const ours = () => load("stepwell", null);
const version4 = () => load("inngest-v4", "@inngest/middleware-encryption");
const version3 = () => load("inngest-v3", "middleware-encryption-v3");
const off = { checkpointing: false };

export const columns = {
  stepwell: { name: "stepwell", style: "v4", load: ours, clientOptions: {}, isCheckpointing: true },
  stepwellPlain: {
    name: "stepwell, checkpointing off",
    style: "v4",
    load: ours,
    clientOptions: off,
    isCheckpointing: false,
  },
  inngest4: { name: "inngest 4", style: "v4", load: version4, clientOptions: {}, isCheckpointing: true },
  inngest4Plain: {
    name: "inngest 4, checkpointing off",
    style: "v4",
    load: version4,
    clientOptions: off,
    isCheckpointing: false,
  },
  stepwellAs3: { name: "stepwell, as inngest 3", style: "v3", load: ours, clientOptions: {}, isCheckpointing: true },
  inngest3: { name: "inngest 3", style: "v3", load: version3, clientOptions: {}, isCheckpointing: false },
} satisfies Record<string, ExampleColumn>;

/** The examples that a column can express. */
export const inStyle = (examples: readonly Example[], { style }: ExampleColumn): Example[] =>
  examples.filter(({ styles = ["v3", "v4"] }) => styles.includes(style));
