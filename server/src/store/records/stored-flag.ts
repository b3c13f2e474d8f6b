/** True and false as columns hold them: SQLite has no booleans. For the files beside this one. */
export type StoredFlag = boolean | number;

export function isSet(flag: StoredFlag): boolean {
  return flag === true || flag === 1;
}
