/**
 * `npm start`: engine, app and a stand-in for the world outside in one terminal. With the variables of the real services set
 * (README.md), those are used, and nothing stands in for them.
 */
import { createServer } from "stepwell-server";
import { startOutside } from "./outside/outside.ts";

// For a try that leaves no files behind.
const inMemory = process.env["MEMORY"] === "1";
if (inMemory) process.env["SQLITE_FILE"] = ":memory:";
const port = Number(process.env["PORT"] ?? 3000);
const engine = createServer({
  mode: "dev",
  port: Number(process.env["ENGINE_PORT"] ?? 8288),
  host: "127.0.0.1",
  store: inMemory ? null : ".stepwell",
  discovery: false,
});
await engine.start();
process.env["PORT"] = String(port);
process.env["INNGEST_DEV"] = engine.url;
process.env["INNGEST_BASE_URL"] = engine.url;
if (process.env["REDDIT_CLIENT_ID"] === undefined) {
  const outside = await startOutside();
  Object.assign(process.env, outside.env);
  const { reddit, smtp } = outside;
  reddit.post("webdev", { title: "Which queue for background jobs?", selftext: "Cron is not enough any more." });
  reddit.post("webdev", { title: "My holiday pictures" });
  reddit.post("node", { title: "Durable jobs in Node", minutes: 30 });
  console.log("Reddit, OpenAI, Clerk and the mail server are stand-ins on this machine.");
  const tell = (count: number): void => {
    const [mail] = smtp.mails.slice(count);
    if (mail !== undefined) console.log(`mail to ${mail.to.join(", ")}: ${mail.raw.match(/^Subject: (.*)$/m)?.[1]}`);
    setTimeout(() => tell(mail === undefined ? count : count + 1), 500).unref();
  };
  tell(0);
}
await import("./src/server.ts");
await engine.engine.syncUrl(`http://127.0.0.1:${port}/make-server-dc1f2437/inngest`);
console.log(`engine  ${engine.url}`);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void engine.stop().then(() => process.exit(0)));
