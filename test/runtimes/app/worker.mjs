import { runSuite } from "./handler-suite.mjs";

// biome-ignore lint/style/noDefaultExport: Workers ask for it
export default {
  async fetch() {
    return Response.json(await runSuite());
  },
};
