import fastify from "fastify";
import fastifyPlugin from "stepwell/fastify";
import { client, greet } from "./functions.mjs";

const app = fastify();
app.register(fastifyPlugin, { client, functions: [greet] });
await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
