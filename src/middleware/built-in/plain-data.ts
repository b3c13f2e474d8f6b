/**
 * The data of events as they were before they were encrypted, for middleware that comes later in the list and has to look
 * at them. Written by encryptionMiddleware, read by validationMiddleware: so they work in either order.
 * Nothing is kept longer than the event itself.
 */
const plainData = new WeakMap<object, unknown>();

/** @param sealed the data that takes the place of `plain`. */
export function keepPlainData(sealed: unknown, plain: unknown): void {
  if (typeof sealed === "object" && sealed !== null && sealed !== plain) plainData.set(sealed, plain);
}

/** The data as it was before it was encrypted; itself when it was not, or by somebody else. */
export function plainDataOf(data: unknown): unknown {
  return typeof data === "object" && data !== null && plainData.has(data) ? plainData.get(data) : data;
}
