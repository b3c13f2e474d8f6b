/** The code of the first function, and how each framework serves it. */

export interface Framework {
  /** As apps name it when they register. */
  id: string;
  label: string;
  /** What is installed besides the SDK. */
  packages: string;
  file: string;
  code: string;
}

export const helloFile = `// inngest.ts
import { Inngest } from "stepwell";

export const inngest = new Inngest({ id: "my-app", isDev: true });

export const hello = inngest.createFunction(
  { id: "hello", triggers: { event: "demo/hello" } },
  async ({ event, step }) => {
    const name = await step.run("find the name", () => event.data.name ?? "you");
    await step.sleep("take a breath", "3s");
    return step.run("greet", () => \`Hello, \${name}!\`);
  },
);`;

export const frameworks: readonly [Framework, ...Framework[]] = [
  {
    id: "hono",
    label: "Hono",
    packages: " hono @hono/node-server",
    file: "server.ts",
    code: `// server.ts
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { serve as serveFunctions } from "stepwell/hono";
import { hello, inngest } from "./inngest.js";

const app = new Hono();
const handler = serveFunctions({ client: inngest, functions: [hello] });
app.on(["GET", "POST", "PUT"], "/api/inngest", handler);
serve({ fetch: app.fetch, port: 3000 });`,
  },
  {
    id: "nextjs",
    label: "Next.js",
    packages: "",
    file: "app/api/inngest/route.ts",
    code: `// app/api/inngest/route.ts
import { serve } from "stepwell/next";
import { hello, inngest } from "../../../inngest";

export const { GET, POST, PUT } = serve({ client: inngest, functions: [hello] });`,
  },
  {
    id: "express",
    label: "Express",
    packages: " express",
    file: "server.ts",
    code: `// server.ts
import express from "express";
import { serve } from "stepwell/express";
import { hello, inngest } from "./inngest.js";

const app = express();
app.use(express.json({ limit: "4mb" }));
app.use("/api/inngest", serve({ client: inngest, functions: [hello] }));
app.listen(3000);`,
  },
  {
    id: "fastify",
    label: "Fastify",
    packages: " fastify",
    file: "server.ts",
    code: `// server.ts
import Fastify from "fastify";
import { fastifyPlugin } from "stepwell/fastify";
import { hello, inngest } from "./inngest.js";

const app = Fastify();
app.register(fastifyPlugin, { client: inngest, functions: [hello], options: {} });
await app.listen({ port: 3000 });`,
  },
  {
    id: "nodejs",
    label: "Node.js",
    packages: "",
    file: "server.ts",
    code: `// server.ts
import { createServer } from "stepwell/node";
import { hello, inngest } from "./inngest.js";

createServer({ client: inngest, functions: [hello] }).listen(3000);`,
  },
];
