/**
 * Refuses fields that a request does not have. Called where a misspelt one would be dear: a rerun without the `fromStep` that was
 * meant does everything again.
 */
import { EngineError } from "../../domain/error.ts";

/** `where` goes before a field's name, such as `fromStep.`. @throws EngineError `invalid_request` */
export function assertKnownFields(raw: object, known: readonly string[], where = ""): void {
  const unknown = Object.keys(raw).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const fields = known.map((key) => where + key).join(", ");
  throw new EngineError("invalid_request", `There is no field \`${where}${unknown}\`. Fields are: ${fields}.`);
}
