/** README's example: an app with one function of three steps. */
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { Inngest } from "stepwell";
import { serve as serveFunctions } from "stepwell/hono";

const inngest = new Inngest({ id: "shop", isDev: true });

const welcome = inngest.createFunction(
  { id: "welcome", retries: 3, triggers: { event: "shop/user.created" } },
  async ({ event, step }) => {
    const user = await step.run("load-user", () => ({ name: event.data.name as string }));
    await step.sleep("let-them-look-round", "10s");
    return step.run("greet", () => `Welcome, ${user.name}!`);
  },
);

const app = new Hono();
app.on(["GET", "POST", "PUT"], "/api/inngest", serveFunctions({ client: inngest, functions: [welcome] }));
app.post("/signup/:name", async (c) =>
  c.json(await inngest.send({ name: "shop/user.created", data: { name: c.req.param("name") } })),
);
serve({ fetch: app.fetch, port: 3000 });
