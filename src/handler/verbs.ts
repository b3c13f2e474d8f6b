/** One handler under the name of each method, for frameworks whose routes export one function for each. Used by adapters. */

export type WithVerbs<THandler> = THandler & { GET: THandler; POST: THandler; PUT: THandler };

/** Puts a handler on itself as `GET`, `POST` and `PUT`, so that `export const { GET, POST, PUT } = serve(…)` works. */
export function withVerbs<THandler extends (...args: never[]) => unknown>(handler: THandler): WithVerbs<THandler> {
  return Object.assign(handler, { GET: handler, POST: handler, PUT: handler });
}
