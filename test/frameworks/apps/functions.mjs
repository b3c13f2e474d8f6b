import { Inngest } from "stepwell";

/** Functions of an app of the given id, listening for `<id>/greet`. */
export function makeApp(id) {
  const client = new Inngest({ id });
  const greet = client.createFunction({ id: "greet", triggers: { event: `${id}/greet` } }, async ({ event, step }) => {
    const greeting = await step.run("greet", () => `hello ${event.data.who}`);
    await step.sleep("pause", "1s");
    return step.run("shout", () => greeting.toUpperCase());
  });
  return { client, functions: [greet] };
}

const app = makeApp("app");
export const client = app.client;
export const [greet] = app.functions;
