/** `/api/admin/kill-switch`: GET tells whether it is on, POST switches it on, DELETE off. It acts before it answers. */
import { whySchema } from "../../../../../../inngest/types.ts";
import { adminRoute, readBody } from "../../../../lib/admin-route.ts";
import { InngestAdmin } from "../../../../lib/inngest-admin.ts";

const example = '{"reason":"High error rate detected","requestedBy":"admin@company.com"}';

export const GET = adminRoute(() => InngestAdmin.getKillSwitch());

export const POST = adminRoute(async (request) =>
  InngestAdmin.activateKillSwitch(await readBody(request, whySchema, example)),
);

export const DELETE = adminRoute(async (request) =>
  InngestAdmin.deactivateKillSwitch(await readBody(request, whySchema, example)),
);
