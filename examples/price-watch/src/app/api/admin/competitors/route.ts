/** All competitors with what is known of them; and new ones. */
import { z } from "zod";
import { asAdmin, problemOf, readJson } from "../../../../lib/admin.ts";
import { saveProvider } from "../../../../lib/competitors/providers.ts";
import { readProviders } from "../../../../lib/competitors/views.ts";

const provider = z.object({
  slug: z.string().regex(/^[a-z0-9-]{1,50}$/),
  name: z.string().min(1).max(100),
  scrape_urls: z
    .array(z.url({ protocol: /^https?$/ }))
    .min(1)
    .max(20),
  scrape_frequency: z.enum(["daily", "weekly", "monthly", "manual"]),
});

export const GET = (request: Request): Promise<Response> =>
  asAdmin(request, async () => Response.json(await readProviders()));

export const POST = (request: Request): Promise<Response> =>
  asAdmin(request, async () => {
    const read = provider.safeParse(await readJson(request));
    if (!read.success) return Response.json({ error: problemOf(read.error) }, { status: 400 });
    return Response.json(await saveProvider(read.data), { status: 201 });
  });
