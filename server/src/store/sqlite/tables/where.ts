/** WHERE clauses of listings, made of the filters that were given. For events.ts and runs.ts. */
import type { SqlValue } from "../file/driver.ts";

export interface Where {
  /** Begins with WHERE and ends with a space; empty without conditions. */
  clause: string;
  values: SqlValue[];
}

/** Joins with AND; a condition whose value is undefined is left out. */
export function whereAll(conditions: readonly (readonly [condition: string, value: SqlValue | undefined])[]): Where {
  const given = conditions.filter((entry): entry is readonly [string, SqlValue] => entry[1] !== undefined);
  return {
    clause: given.length === 0 ? "" : `WHERE ${given.map(([condition]) => condition).join(" AND ")} `,
    values: given.map(([, value]) => value),
  };
}
