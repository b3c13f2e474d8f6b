/** In the place of AWS: an HTTP server that hands each request to a Lambda handler and sends back what it answers. */
import { createServer } from "node:http";
import { serve } from "stepwell/lambda";
import { functionUrl, httpApi, restApi } from "./documents.mjs";
import { makeApp } from "./functions.mjs";

const integrations = { "/rest": restApi, "/http": httpApi, "/url": functionUrl };
const routes = Object.entries(integrations).map(([path, document]) => {
  const handler = serve(makeApp(`lambda-${path.slice(1)}`));
  return [path, { document, handler }];
});
const byPath = new Map(routes);

createServer(async (request, response) => {
  const url = new URL(request.url, `http://${request.headers.host}`);
  const route = byPath.get(url.pathname);
  if (route === undefined) return response.writeHead(404).end();
  const parts = [];
  for await (const part of request) parts.push(part);
  const context = { awsRequestId: "1", functionName: "jobs", getRemainingTimeInMillis: () => 30_000 };
  const answer = await route.handler(route.document(request, url, Buffer.concat(parts)), context);
  const body = Buffer.from(answer.body ?? "", answer.isBase64Encoded ? "base64" : "utf8");
  response.writeHead(answer.statusCode, answer.headers).end(body);
}).listen(Number(process.env.PORT), "127.0.0.1");
