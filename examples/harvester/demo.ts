/** `npm start`: engine, app and outside in one terminal. A bad day of the harvester, from discovery to the kill switch. */
import { setTimeout as delay } from "node:timers/promises";
import { createServer } from "stepwell-server";
import { createApp } from "./src/app.ts";
import { closeServer, listen, startOutside } from "./src/outside.ts";

const engine = createServer({ store: null, port: 0 });
await engine.start();
const outside = await startOutside();
const app = createApp({ engineUrl: engine.url, outsideUrl: outside.url, signingKey: null, firstRetry: "100ms" });
const { server, url } = await listen(app.fetch, 0);
await engine.engine.syncUrl(`${url}/api/inngest`);
console.log(`engine ${engine.url}\napp    ${url}\n`);

async function admin(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${url}/api/admin/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  console.log(`  ${method} /api/admin/${path} -> ${JSON.stringify(answer).slice(0, 120)}`);
  return answer;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const endMs = Date.now() + 20_000; !holds(); ) {
    if (Date.now() > endMs) throw new Error(`Timed out: ${what}`);
    await delay(20);
  }
  console.log(`  ${what}`);
}

try {
  console.log("1. A discovery, while the comments of one video cannot be read.");
  outside.broken.add("birds");
  await admin("POST", "jobs", { limit: 10 });
  await until("cats and dogs are harvested", () => outside.domains.size === 2);
  await until("birds has failed for good: an alert", () => outside.alerts.length === 1);
  console.log(`  ${outside.alerts[0]}`);

  console.log("2. The site is mended; the dead letter is run again.");
  outside.broken.clear();
  const [letter] = (await admin("GET", "dead-letter-queue")) as { runId: string }[];
  await admin("POST", `dead-letter-queue/${letter?.runId}/retry`);
  await until("birds is harvested", () => outside.domains.has("birds"));

  console.log("3. The kill switch: what comes meanwhile waits.");
  await admin("POST", "kill-switch", { reason: "high error rate", requestedBy: "ana@example.com" });
  outside.domains.clear();
  await admin("POST", "jobs", { limit: 10, forceRefresh: true });
  await delay(300);
  if (outside.domains.size > 0) throw new Error("a job ran while everything was paused");
  console.log("  nothing runs");
  await admin("DELETE", "kill-switch");
  await until("all three are harvested again", () => outside.domains.size === 3);
  for (const [video, domains] of outside.domains) console.log(`  ${video}: ${domains.join(", ")}`);
} finally {
  await closeServer(server);
  await engine.stop();
  await outside.close();
}
