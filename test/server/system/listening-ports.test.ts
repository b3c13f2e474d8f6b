import { createServer } from "node:net";
import { expect, test } from "vitest";
import { listListeningPorts, readListening } from "../../../server/src/system/listening-ports.ts";

const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

test("ports that listen on this machine's own addresses are read from the kernel's table", () => {
  const rows = [
    "   0: 0100007F:1FAC 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 1",
    "   1: 00000000:0BD8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 2",
    "   2: 0100007F:0BB8 0100007F:C000 01 00000000:00000000 00:00000000 00000000  1000 0 3",
    "   3: 0A01A8C0:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 4",
  ];
  expect(readListening([head, ...rows, ""].join("\n"))).toEqual([8108, 3032]);
  const six = "   0: 00000000000000000000000001000000:1435 00000000000000000000000000000000:0000 0A 0 0 0 0 0 5";
  expect(readListening([head, six].join("\n"))).toEqual([5173]);
  expect(readListening("")).toEqual([]);
});

test.runIf(process.platform === "linux")("a server of this process is found", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  expect(await listListeningPorts()).toContain(port);
  server.close();
});
