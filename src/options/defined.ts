/** Objects whose fields may be absent. Used where messages are put together. */

/** A copy without the fields that are undefined. */
export function defined<T extends object>(fields: { [TKey in keyof T]: T[TKey] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
