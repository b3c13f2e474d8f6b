/**
 * AWS signature, version 4, for one request to an S3-compatible store. Called by vultr, and by the stand-in that checks it. Pure.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
import { createHash, createHmac } from "node:crypto";

export interface S3Credentials {
  accessKey: string;
  secretKey: string;
  region: string;
}

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** The path of the url must be percent-encoded as it is sent. @returns the headers to send */
export function signS3Request(
  method: string,
  url: URL,
  body: Uint8Array,
  { accessKey, secretKey, region }: S3Credentials,
  at: Date,
): Record<string, string> {
  const time = at.toISOString().replace(/[-:]|\.\d+/g, "");
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  const hash = sha256(body);
  const signed = "host;x-amz-content-sha256;x-amz-date";
  const canonical = [
    method,
    url.pathname,
    url.search.slice(1),
    `host:${url.host}`,
    `x-amz-content-sha256:${hash}`,
    `x-amz-date:${time}`,
    "",
    signed,
    hash,
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const key = ["s3", "aws4_request"].reduce(hmac, hmac(hmac(`AWS4${secretKey}`, day), region));
  const signature = hmac(key, toSign).toString("hex");
  return {
    "x-amz-date": time,
    "x-amz-content-sha256": hash,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
  };
}
