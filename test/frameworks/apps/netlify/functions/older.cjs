const { Inngest } = require("stepwell");
const { serve } = require("stepwell/netlify");

const client = new Inngest({ id: "older" });
const greet = client.createFunction({ id: "greet", triggers: { event: "older/greet" } }, async ({ event, step }) => {
  const greeting = await step.run("greet", () => `hello ${event.data.who}`);
  return step.run("shout", () => greeting.toUpperCase());
});

exports.handler = serve({ client, functions: [greet] });
