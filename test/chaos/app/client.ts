/** The client of an app of chaos, and how its functions are made. The environment says which of the apps it is. */
import { Inngest } from "stepwell";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** One app saves its steps while a call goes on, the other one answers with each. */
export const client = new Inngest({
  id: process.env.APP ?? "",
  isDev: true,
  baseUrl: process.env.ENGINE_URL ?? "",
  ...(process.env.CHECKPOINTING === "off" ? { checkpointing: false } : {}),
  logger: silent,
});

/** What starts a kind, and retries that no fault uses up. */
export const on = (kind: string) => ({
  retries: 20 as const,
  triggers: [{ event: `${process.env.APP}/${kind}` }],
});
