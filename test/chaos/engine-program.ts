/** An engine of chaos, in a process of its own, which is killed. The environment has its options, as JSON. */
import { createServer, type ServerOptions } from "stepwell-server";

const options = JSON.parse(process.env.ENGINE_OPTIONS ?? "{}") as ServerOptions;
const server = createServer(options);
await server.start();
process.on("disconnect", () => process.exit());
