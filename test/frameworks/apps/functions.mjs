import { Inngest } from "stepwell";

export const client = new Inngest({ id: "app" });

export const greet = client.createFunction(
  { id: "greet", triggers: { event: "app/greet" } },
  async ({ event, step }) => {
    const greeting = await step.run("greet", () => `hello ${event.data.who}`);
    await step.sleep("pause", "1s");
    return step.run("shout", () => greeting.toUpperCase());
  },
);
