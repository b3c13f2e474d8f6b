import { Inngest, type InngestFunction } from "stepwell";

/** One app for each router: they share a server, and must not share an id. */
export function makeApp(id: string): { client: Inngest; functions: InngestFunction[] } {
  const client = new Inngest({ id });
  const greet = client.createFunction({ id: "greet", triggers: { event: `${id}/greet` } }, async ({ event, step }) => {
    const greeting = await step.run("greet", () => `hello ${(event.data as { who: string }).who}`);
    await step.sleep("pause", "1s");
    return step.run("shout", () => greeting.toUpperCase());
  });
  return { client, functions: [greet] };
}
