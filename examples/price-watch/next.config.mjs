/** @type {import("next").NextConfig} */
const config = {
  // The folder of this app, so that a lockfile further up is not taken for its root.
  turbopack: { root: import.meta.dirname },
  serverExternalPackages: ["pg"],
};
export default config;
