/**
 * The environment for an `npm install` in a folder of its own: without what npm hands down from the root's .npmrc, and refuses to hear
 * from elsewhere. Called by whatever installs packages for tests and benchmarks.
 */
export function installEnvironment(): NodeJS.ProcessEnv {
  const { npm_config_allow_scripts: _ofTheRoot, ...environment } = process.env;
  return environment;
}
