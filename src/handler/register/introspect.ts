/** `GET`: what this app is. Also part of the in-band sync. */

import type { Introspection } from "../../protocol/registration.ts";
import { introspectionSchemaVersion, protocolVersion } from "../../protocol/version.ts";
import { hashSigningKey, sha256Hex } from "../../signing/index.ts";
import type { Answer } from "../answer.ts";
import type { App } from "../app.ts";
import { servePlacement } from "../url.ts";
import { capabilities } from "./registration-body.ts";

const HASH_CHARACTERS = 12;

export async function introspect(app: App): Promise<Answer> {
  return { status: 200, json: await toIntrospection(app) };
}

/** Says more in cloud mode, where the asker has been verified. Keys appear as the beginnings of their hashes. */
export async function toIntrospection(app: App): Promise<Introspection> {
  const { client } = app.options;
  const native_crypto = true;
  const base: Introspection = {
    extra: { native_crypto },
    has_event_key: client.eventKey !== null,
    has_signing_key: app.signingKey !== null,
    function_count: app.functions.size,
    mode: app.mode,
    schema_version: introspectionSchemaVersion,
  };
  if (app.mode === "dev") return base;
  const { origin, path } = servePlacement(app.options);
  return {
    ...base,
    authentication_succeeded: true,
    api_origin: app.apiBaseUrl,
    app_id: app.id,
    capabilities,
    env: client.env,
    event_api_origin: client.eventBaseUrl,
    event_key_hash: client.eventKey === null ? null : await sha256Hex(client.eventKey),
    extra: { is_streaming: app.streaming === true, native_crypto },
    framework: app.frameworkName,
    sdk_language: "js",
    sdk_version: protocolVersion,
    serve_origin: origin,
    serve_path: path,
    signing_key_fallback_hash: await keyHash(app.signingKeyFallback),
    signing_key_hash: await keyHash(app.signingKey),
  };
}

async function keyHash(key: string | null): Promise<string | null> {
  if (key === null) return null;
  const hash = await hashSigningKey(key);
  return hash.slice(hash.lastIndexOf("-") + 1).slice(0, HASH_CHARACTERS);
}
