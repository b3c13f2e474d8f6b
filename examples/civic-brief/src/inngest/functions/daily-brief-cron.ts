/** The daily scheduler: at 6:00 UTC it asks for a brief for each user who has interests, in a run of its own for each. */
import type { InngestFunction } from "stepwell";
import { usersWithInterests } from "../../services/users.ts";
import { briefRequested, inngest } from "../client.ts";

/** Users that are read, and events that are sent, at once. */
const pageSize = 200;

export const dailyBriefCron: InngestFunction = inngest.createFunction(
  { id: "daily-brief-cron", name: "Daily briefs", retries: 3, triggers: [{ cron: "0 6 * * *" }] },
  async ({ step, runId }) => {
    let count = 0;
    let after = "";
    for (let page = 1; ; page++) {
      const users = await step.run(`fetch-users-${page}`, () => usersWithInterests(after, pageSize));
      if (users.length > 0)
        await step.sendEvent(
          `trigger-briefs-${page}`,
          // The id makes an event that is sent twice, after a crash, count once.
          users.map(({ userId, policyInterests }) => ({
            id: `${runId}-${userId}`,
            name: briefRequested.name,
            data: { userId, policyInterests },
          })),
        );
      count += users.length;
      after = users.at(-1)?.userId ?? after;
      if (users.length < pageSize) return { users: count };
    }
  },
);
