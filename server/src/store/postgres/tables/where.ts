/** WHERE clauses of listings, made of the filters that were given. For runs.ts, events.ts and dead-letters.ts. */
import type { SqlValue } from "../wire/batch.ts";

export interface Where {
  /** Ends with a space. */
  clause: string;
  /** From `$2` on. */
  values: SqlValue[];
}

/** Joins with AND; a condition whose value is undefined is left out. `$` in a condition stands for its value's number. */
export function whereAll(conditions: readonly (readonly [condition: string, value: SqlValue | undefined])[]): Where {
  const given = conditions.filter((entry): entry is readonly [string, SqlValue] => entry[1] !== undefined);
  const texts = given.map(([condition], index) => condition.replace("$", `$${index + 2}`));
  return { clause: `WHERE ${["ns = $1", ...texts].join(" AND ")} `, values: given.map(([, value]) => value) };
}
