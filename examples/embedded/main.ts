/**
 * Welcomes people by mail, with the engine in the same process: `npm start Ada Grace`. Press Ctrl-C in the middle, or kill
 * it, and `npm start` goes on where it was. Ends when there is nothing left to do. Mails go to the file outbox.txt.
 */
import { appendFileSync } from "node:fs";
import { Inngest } from "stepwell";
import { createServer } from "stepwell-server";

const inngest = new Inngest({ id: "welcome-desk" });

/** The mail server is not up yet when the program starts. */
let refusals = 1;

function deliver(to: string, text: string): string {
  if (refusals-- > 0) throw new Error("the mail server does not answer");
  appendFileSync("outbox.txt", `To ${to}: ${text}\n`);
  return new Date().toISOString();
}

const welcome = inngest.createFunction(
  {
    id: "welcome",
    triggers: { event: "desk/person.came" },
    concurrency: 2,
    retries: { attempts: 4, backoff: { initial: "500ms", factor: 2 } },
    onFailure: ({ error, event, logger }) => logger.error(`${event.data.run_id} failed for good: ${error.message}`),
  },
  async ({ event, step }) => {
    const name = String(event.data.name);
    const sentAt = await step.run("say-hello", () => deliver(name, `Hello ${name}!`));
    await step.sleep("let-them-look-round", "2s");
    await step.run("ask", () => deliver(name, `How do you like it here since ${sentAt}?`));
    return name;
  },
);

const server = createServer({
  store: ".stepwell",
  apps: [{ client: inngest, functions: [welcome] }],
  notifier: {
    notify(activity) {
      if (activity.kind === "step-ended") console.log(`  ${activity.step}`);
      if (activity.kind === "step-sleeping") console.log(`  ${activity.step}: sleeps`);
      if (activity.kind === "attempt-failed") console.log(`  ${activity.step}: ${activity.error}; trying again`);
      if (activity.kind === "run-ended") console.log(`${activity.status} in ${activity.durationMs} ms`);
      if (activity.kind === "run-ended") void stopWhenDone();
    },
  },
});

async function stopWhenDone(): Promise<void> {
  const open = await server.store.listRuns({ statuses: ["Queued", "Running"], limit: 1 });
  if (open.length === 0) await server.stop();
}

await server.start();
process.once("SIGINT", () => void server.stop());

const names = process.argv.slice(2);
if (names.length === 0) await stopWhenDone();
else await inngest.send(names.map((name) => ({ name: "desk/person.came", data: { name } })));
