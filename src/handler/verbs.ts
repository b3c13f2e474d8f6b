/**
 * What every handler of `serve` is: a function of a name that tools and published libraries know, and one handler under
 * the name of each method, for frameworks whose routes export one function for each. Used by adapters.
 */

export type WithVerbs<THandler> = THandler & { GET: THandler; POST: THandler; PUT: THandler };

/** Puts a handler on itself as `GET`, `POST` and `PUT`, so that `export const { GET, POST, PUT } = serve(…)` works. */
export function withVerbs<THandler extends (...args: never[]) => unknown>(handler: THandler): WithVerbs<THandler> {
  return Object.assign(named(handler), { GET: handler, POST: handler, PUT: handler });
}

/** Names a handler, by which minifiers cannot get: `InngestHandler`. Its `length` says what its framework gives it. */
export function named<THandler extends (...args: never[]) => unknown>(handler: THandler, length?: number): THandler {
  Object.defineProperty(handler, "name", { value: "InngestHandler" });
  if (length !== undefined) Object.defineProperty(handler, "length", { value: length });
  return handler;
}
