/** Asks what answers at the engine's address, before the checks of `stepwell doctor`. Must only read. */
import type { AppAddressAnswer, AppAnswer, SessionAnswer } from "../../api/answers.ts";
import { isEngineApiError } from "../../client/engine-api-error.ts";
import { type ApiClient, createApiClient } from "../api-client.ts";
import { CliError } from "../cli-error.ts";
import type { EngineState } from "./doctor-context.ts";

/** Null where the asker may not read. */
async function readable<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (!isEngineApiError(error)) throw error;
    // A key that is none is not even sent.
    if (error.status === 401 || error.status === 403 || error.cause instanceof CliError) return null;
    throw error;
  }
}

/** It is open to all, so a key that is none must not hide it. */
async function lookAtSession({ get, url }: ApiClient): Promise<SessionAnswer> {
  try {
    return await get<SessionAnswer>("/v2/session");
  } catch (error) {
    if (!isEngineApiError(error) || !(error.cause instanceof CliError)) throw error;
    return createApiClient({ url, signingKey: null }).get<SessionAnswer>("/v2/session");
  }
}

export async function lookAtEngine(client: ApiClient, now: () => number): Promise<EngineState> {
  const { engine, url } = client;
  try {
    const session = await lookAtSession(client);
    if (typeof session !== "object" || session === null || !("kind" in session))
      return { kind: "other", said: "it did not say what it is" };
    const before = now();
    const overview = await readable(engine.overview());
    // Half of the way there and back.
    const aheadMs = overview === null ? null : Date.parse(overview.now) - (before + now()) / 2;
    const apps: AppAnswer[] | null = await readable(engine.apps());
    const addresses: AppAddressAnswer[] | null = await readable(engine.appAddresses());
    return { kind: "engine", session, apps, addresses, aheadMs };
  } catch (error) {
    if (!isEngineApiError(error)) throw error;
    if (error.code === "unreachable") return { kind: "nothing" };
    return { kind: "other", said: error.message.replace(`What answers at ${url} is no Stepwell engine: `, "") };
  }
}
