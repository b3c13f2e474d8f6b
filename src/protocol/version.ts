/**
 * Which versions travel on the wire. Read by the SDK's handler and client, and by the engine's call builder.
 */

/**
 * Version of the `stepwell` package. Sent as `User-Agent: stepwell-js:v<version>`. A test holds it to package.json.
 * Major and minor are those of the release of `inngest` whose names it has: package managers then accept it where a
 * package asks for `inngest`.
 */
export const packageVersion = "4.24.0";

/**
 * The release of the protocol's reference SDK whose messages these are. Servers gate features on it
 * (some refuse 3.22.0 to 3.53.1), so it is announced in `x-inngest-sdk` and in the sync body instead of our own.
 */
export const protocolVersion = "4.24.0";

/** Value of the `x-inngest-sdk` header. */
export const sdkHeaderValue: string = `inngest-js:v${protocolVersion}`;

/** Value of `User-Agent` on what the SDK sends. */
export const userAgent: string = `stepwell-js:v${packageVersion}`;

/** Version of a run's request format: 2 asks the engine to coalesce discoveries after parallel steps. */
export const requestVersion = 2;

/** `schema_version` of the introspection answer. */
export const introspectionSchemaVersion = "2024-05-24";
