import { realpathSync } from "node:fs";
import { join } from "node:path";

const own = import.meta.dirname;
/** In this repository the SDK is a link to the repository, which Next.js must be allowed to read. */
const sdk = realpathSync(join(own, "node_modules/stepwell"));

/** @type {import("next").NextConfig} */
const config = {
  // Said here, so that no lockfile further up is taken for the app's root.
  turbopack: { root: sdk.startsWith(own) ? own : sdk },
  serverExternalPackages: ["pg"],
};
export default config;
