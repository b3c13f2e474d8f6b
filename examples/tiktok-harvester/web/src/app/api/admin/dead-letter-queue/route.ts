/** `/api/admin/dead-letter-queue`: GET lists jobs that have failed for good and that nobody has dealt with. */
import { adminRoute, BadRequest } from "../../../../lib/admin-route.ts";
import { InngestAdmin } from "../../../../lib/inngest-admin.ts";

export const GET = adminRoute(async (request) => {
  const status = new URL(request.url).searchParams.get("status") ?? "pending";
  if (status !== "pending")
    throw new BadRequest(
      `status is ${status}; a job leaves the queue when it is retried or dropped, so that all in it are pending.`,
    );
  return InngestAdmin.getDeadLetters();
});
