/** Packs the SDK once for all tests of frameworks and runtimes, which use it as users do. */
import { packSdk } from "../helpers/packed-sdk.ts";

export default async function setup(): Promise<void> {
  await packSdk();
}
