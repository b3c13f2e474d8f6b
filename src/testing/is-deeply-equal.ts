/** Comparing by parts. Pure. */

/**
 * Whether everything in `subset` is in `whole` too, at any depth. Arrays must be equally long.
 * @example
 * ```ts
 * import { isDeeplyEqual } from "stepwell/testing";
 *
 * export const same = isDeeplyEqual({ step: { name: "a" } }, { step: { name: "a", op: "StepRun" } });
 * ```
 */
export function isDeeplyEqual(subset: unknown, whole: unknown): boolean {
  if (Object.is(subset, whole)) return true;
  if (typeof subset !== "object" || typeof whole !== "object" || subset === null || whole === null) return false;
  if (Array.isArray(subset) !== Array.isArray(whole)) return false;
  if (Array.isArray(subset) && subset.length !== (whole as unknown[]).length) return false;
  if (subset instanceof Date || whole instanceof Date) return String(subset) === String(whole) && +subset === +whole;
  return Object.entries(subset).every(
    ([key, value]) => key in whole && isDeeplyEqual(value, (whole as Record<string, unknown>)[key]),
  );
}
