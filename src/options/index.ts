/** The rules by which options are checked. */
export { defined } from "./defined.ts";
export { fromSpec, fromSpecs } from "./from-spec.ts";
export { retries } from "./retries.ts";
export type { Report, Rule } from "./rules.ts";
export {
  anything,
  assertId,
  assertOptions,
  callback,
  duration,
  flag,
  isObject,
  isRecord,
  isText,
  list,
  oneOf,
  reportFor,
  rule,
  secret,
  shape,
  show,
  text,
  waitTime,
} from "./rules.ts";
export type { ExclusiveKeys, IsStringLiteral, StrictUnion, StrictUnionHelper, UnionKeys } from "./strict-union.ts";
