/**
 * `instanceof` across copies of the package: an app may load it as ESM and as CommonJS, or have it twice, and then holds
 * two of each class. Called by the `Symbol.hasInstance` of exported classes.
 */

/**
 * Whether a value is an instance of a class of this or another copy. Only of classes that have a `~kin` of their own: what
 * users derive from them is looked at as usual.
 * @param Class what stands right of `instanceof`.
 * @param isKin whether a value is of the class that another copy knows by this name. Default: it is branded with it.
 */
export function isInstance(
  Class: { readonly "~kin": string },
  value: unknown,
  isKin: (value: unknown, kin: string) => boolean = isBranded,
): boolean {
  if (Function.prototype[Symbol.hasInstance].call(Class, value)) return true;
  return Object.hasOwn(Class, "~kin") && isKin(value, Class["~kin"]);
}

/** Whether a value has the brand of a class or record, whichever copy of an SDK made it. */
export function isBranded(value: unknown, brand: string): boolean {
  return typeof value === "object" && value !== null && Reflect.get(value, Symbol.toStringTag) === brand;
}
