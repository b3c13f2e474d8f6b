/**
 * What the leading engine clears away now and then: rows that say nothing any more. Called by peers.ts. Done by two at once it
 * does no harm: what somebody uses is locked, and skipped here.
 */
import { forgetLanes } from "../../rules/turns/forget-lanes.ts";
import { takeOut } from "./commit/commit-marks.ts";
import type { GroupCommit } from "./commit/group-commit.ts";
import type { Statement } from "./wire/batch.ts";
import type { Connections } from "./wire/connections.ts";

const dayMs = 86_400_000;
/** Rows of each kind that go together. */
const atOnce = 5_000;

/** `key`: what a row of the table is known by beside its namespace. */
function deleteOld(table: string, key: string, where: string, values: readonly (string | number)[]): Statement {
  return {
    text: `DELETE FROM stepwell.${table} WHERE ns = $1 AND ${key} IN (SELECT ${key} FROM stepwell.${table}
      WHERE ns = $1 AND ${where} LIMIT ${atOnce} FOR UPDATE SKIP LOCKED)`,
    values: [...values],
  };
}

/** `now`: of the database, milliseconds since 1970. */
export async function keepUp(
  connections: Connections,
  group: Pick<GroupCommit, "alone">,
  ns: string,
  now: number,
): Promise<void> {
  await group.alone({ shutsOut: false, decide: (set) => forgetLanes(set, now) });
  const statements = [
    deleteOld("nodes", "id", "seen_at < $2::bigint", [ns, now - 60_000]),
    // Names of events and signals that waits were numbered by stay: their numbers must not begin anew.
    deleteOld("locks", "key", "seen_at < $2::bigint AND last_number = 0", [ns, now - 2 * dayMs]),
    {
      text: `WITH gone AS (DELETE FROM stepwell.rate_limits WHERE ns = $1 AND key IN (SELECT key FROM stepwell.rate_limits
          WHERE ns = $1 AND expires_at <= $2::bigint LIMIT ${atOnce} FOR UPDATE SKIP LOCKED) RETURNING key)
        DELETE FROM stepwell.rate_limit_hits WHERE ns = $1 AND key IN (SELECT key FROM gone)`,
      values: [ns, now - dayMs],
    },
    // They are made anew by whoever looks for them.
    deleteOld("slots", "key", "used = 0", [ns]),
    deleteOld("throttles", "key", "tat = 0", [ns]),
    takeOut(ns, "seen_at < $2::bigint AND id <> ALL ($3::text[])", [now - 2 * dayMs, ["closed", "retention"]]),
  ];
  for (const statement of statements) await connections.use((connection) => connection.send([statement]));
}
