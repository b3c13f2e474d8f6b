import { connect, type Socket } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type ApiServer, startApiServer } from "../../helpers/api-server.ts";
import { eventually } from "../../helpers/eventually.ts";

/** A client that sends a text and stays. */
async function send(api: ApiServer, text: string): Promise<Socket> {
  const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  await new Promise<void>((resolve) => socket.write(text, () => resolve()));
  await eventually("the request", () => api.requests[0] ?? null);
  return socket;
}

const head = (path: string, ...headers: string[]): string =>
  [`POST ${path} HTTP/1.1`, "host: localhost", "content-type: application/json", ...headers, "", ""].join("\r\n");

/** What the process says besides the log: the HTTP server writes some of its troubles to the console. */
function watchConsole(): string[] {
  const said: string[] = [];
  for (const level of ["info", "warn", "error"] as const) {
    const spy = vi.spyOn(console, level).mockImplementation((...parts) => void said.push(parts.map(String).join(" ")));
    onTestFinished(() => spy.mockRestore());
  }
  return said;
}

describe("a client that hangs up is no error of the engine", () => {
  test.each([
    ["in the middle of a body with a length", "/e/key", "content-length: 100", '{"name":'],
    ["in the middle of a body in chunks", "/e/key", "transfer-encoding: chunked", '8\r\n{"name":\r\n'],
    ["in the middle of a registration", "/fn/register", "content-length: 100", '{"url":'],
    ["in the middle of a body of /v2", "/v2/events", "content-length: 100", '{"name":'],
  ])("%s", async (_, path, header, part) => {
    const api = await startApiServer();
    const said = watchConsole();
    const socket = await send(api, head(path, header) + part);
    socket.destroy();
    expect(await api.requests[0]?.status).toBe(400);
    expect({ logged: api.logged, said }).toEqual({ logged: [], said: [] });
  });

  test("before the answer", async () => {
    let finish = (): void => undefined;
    const ingest = (): Promise<{ ids: string[] }> =>
      new Promise((resolve) => {
        finish = () => resolve({ ids: ["E1"] });
      });
    const api = await startApiServer({ engine: { ingest } });
    const said = watchConsole();
    const body = '{"name":"a"}';
    const socket = await send(api, `${head("/e/key", `content-length: ${body.length}`)}${body}`);
    socket.destroy();
    await api.requests[0]?.closed;
    finish();
    expect(await api.requests[0]?.status).toBe(200);
    expect((await api.ask("/health")).status).toBe(200);
    expect({ logged: api.logged, said }).toEqual({ logged: [], said: [] });
  });
});
