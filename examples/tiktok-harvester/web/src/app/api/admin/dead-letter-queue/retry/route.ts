/** `/api/admin/dead-letter-queue/retry`: POST {"dlqId":"…"} starts a failed job again. */
import { z } from "zod";
import { adminRoute, readBody } from "../../../../../lib/admin-route.ts";
import { InngestAdmin } from "../../../../../lib/inngest-admin.ts";

export const POST = adminRoute(async (request) => {
  const { dlqId } = await readBody(
    request,
    z.object({ dlqId: z.string().min(1) }),
    '{"dlqId":"<id of the failed job>"}',
  );
  return InngestAdmin.retryDeadLetter(dlqId);
});
