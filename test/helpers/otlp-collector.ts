/** A collector of traces on a real port, as OTLP/HTTP has it: keeps the spans that it is sent as JSON. Ends with the test. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { OtlpSpan } from "../../server/src/tracing/spans.ts";

export interface Collector {
  url: string;
  spans: OtlpSpan[];
  /** Of the requests that came. */
  headers: Record<string, unknown>[];
  /** What the next requests are answered with, in turn; 200 after that. */
  answers: number[];
}

interface Body {
  resourceSpans: { resource: object; scopeSpans: { spans: OtlpSpan[] }[] }[];
}

export async function startCollector(): Promise<Collector> {
  const collector: Collector = { url: "", spans: [], headers: [], answers: [] };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const status = request.url === "/v1/traces" ? (collector.answers.shift() ?? 200) : 404;
      collector.headers.push(request.headers);
      if (status === 200) {
        const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as Body;
        collector.spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
      }
      response.writeHead(status, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  collector.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return collector;
}
