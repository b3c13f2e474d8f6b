/** Signatures and keys, for both packages. Entry of `stepwell/signing`. */
export { canonicalJson } from "./canonical-json.ts";
export type { VerifySignatureInput, VerifySignatureResult } from "./signature.ts";
export { signBody, verifySignature } from "./signature.ts";
export { hashSigningKey, sha256Hex, stripKeyPrefix } from "./signing-key.ts";
