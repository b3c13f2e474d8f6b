/** Ids from names. Made for users; the SDK itself takes ids as they are given. */

/**
 * Turns a text into an id: lower-case letters `a` to `z` and digits, what stands between them as one hyphen. Other
 * alphabets are dropped: a text that has nothing else gives an empty text.
 * @example
 * ```ts
 * import { slugify } from "stepwell";
 *
 * console.log(slugify("Order created!")); // "order-created"
 * ```
 */
export function slugify(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
