/** What a delivery's body holds: JSON, or the fields of a form. Called by make-events. */
import { EngineError } from "../../domain/error.ts";

const formType = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\b/i;

const refuse = (message: string, cause?: unknown): EngineError =>
  new EngineError("invalid_request", message, cause === undefined ? {} : { cause });

/** A field that comes once is a text, one that comes again a list of them. */
function add(fields: Record<string, string | string[]>, name: string, value: string): void {
  const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
  fields[name] = before === undefined ? value : [before, value].flat();
}

/** Of names and values, such as a query has them. */
function toFields(pairs: Iterable<readonly [string, string]>): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of pairs) add(fields, name, value);
  return fields;
}

async function readForm(bytes: Uint8Array, contentType: string): Promise<unknown> {
  let form: FormData;
  try {
    // A copy, since its type says that it is shared with nobody.
    const init = { method: "POST", body: bytes.slice(), headers: { "content-type": contentType } };
    form = await new Request("http://form.invalid", init).formData();
  } catch (cause) {
    throw refuse(`The body is not the form that its content type says, ${contentType}.`, cause);
  }
  const texts: [string, string][] = [];
  for (const [name, value] of form) {
    if (typeof value !== "string") throw refuse(`The form field "${name}" is a file. Send texts only.`);
    texts.push([name, value]);
  }
  return toFields(texts);
}

/** Null for an empty one. @throws EngineError `invalid_request` */
export async function readBody(bytes: Uint8Array, contentType: string | null): Promise<unknown> {
  if (contentType !== null && formType.test(contentType)) return readForm(bytes, contentType);
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw refuse(`The body must be JSON or a form. ${why}`, cause);
  }
}
