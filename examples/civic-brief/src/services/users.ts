/** Users who want briefs. Called by the daily scheduler. */
import { execute } from "./turso.ts";

export interface InterestedUser {
  userId: string;
  policyInterests: string[];
}

/** A page of those who have interests, by id. @param after the last id of the page before; "" for the first page */
export async function usersWithInterests(after: string, limit: number): Promise<InterestedUser[]> {
  const rows = await execute(
    `SELECT user_id, json_group_array(interest) AS interests FROM
       (SELECT user_id, interest FROM user_interests WHERE user_id > ? ORDER BY user_id, interest)
     GROUP BY user_id ORDER BY user_id LIMIT ?`,
    [after, limit],
  );
  return rows.map(({ user_id, interests }) => ({
    userId: String(user_id),
    policyInterests: JSON.parse(String(interests)) as string[],
  }));
}
