/** Vultr's object storage, which the CDN serves. Called by the step `upload-and-save`. */
import { patience, read } from "../settings.ts";
import { ask } from "./ask.ts";
import { signS3Request } from "./sign-s3-request.ts";

/** Replaces what has this name: the step may run twice. @returns the address that listeners open */
export async function uploadAudio(key: string, recording: Uint8Array<ArrayBuffer>): Promise<string> {
  const bucket = read("VULTR_BUCKET");
  const path = key.split("/").map(encodeURIComponent).join("/");
  const url = new URL(`${read("VULTR_ENDPOINT").replace(/\/+$/, "")}/${bucket}/${path}`);
  const keyName = "VULTR_SECRET_KEY";
  const credentials = {
    accessKey: read("VULTR_ACCESS_KEY"),
    secretKey: read(keyName),
    region: process.env["VULTR_REGION"] || "ewr",
  };
  const headers = signS3Request("PUT", url, recording, credentials, new Date());
  await ask(
    url.href,
    { method: "PUT", headers: { ...headers, "content-type": "audio/mpeg" }, body: recording },
    { service: "Vultr", keyName, patienceMs: patience("short") },
  );
  return `${read("VULTR_CDN_URL").replace(/\/+$/, "")}/${path}`;
}
