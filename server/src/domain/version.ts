/** The engine's own version, as `stepwell --version` and the API show it. A test holds it to package.json. */
export const engineVersion = "0.1.0";
