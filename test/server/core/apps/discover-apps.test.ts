import { describe, expect, it } from "vitest";
import {
  discoverApps,
  discoveryPaths,
  discoveryPorts,
  discoveryTimeoutMs,
} from "../../../../server/src/core/apps/discover-apps.ts";

/** A machine with open ports, and urls that answer like apps. */
function createMachine(open: number[], apps: string[]) {
  const dialled: number[] = [];
  const probed: string[] = [];
  return {
    dialled,
    probed,
    listening: async () => [] as number[],
    dial: async (host: string, port: number, timeoutMs: number) => {
      expect([host, timeoutMs]).toEqual(["127.0.0.1", discoveryTimeoutMs]);
      dialled.push(port);
      return open.includes(port);
    },
    caller: {
      probe: async (url: string, timeoutMs: number) => {
        expect(timeoutMs).toBe(discoveryTimeoutMs);
        probed.push(url);
        return apps.includes(url);
      },
    },
  };
}

describe("discoverApps", () => {
  it("looks where the protocol's dev server looks", () => {
    expect(discoveryPorts).toHaveLength(29);
    expect(
      [80, 443, 3000, 3010, 3032, 4321, 5000, 5173, 8000, 8080, 8081, 8108, 8787, 8888, 8910, 8915].every((port) =>
        discoveryPorts.includes(port),
      ),
    ).toBe(true);
    expect(discoveryPaths[0]).toBe("/api/inngest");
  });

  it("probes the paths of open ports, in order, until one answers", async () => {
    const machine = createMachine(
      [3000, 8080],
      ["http://127.0.0.1:3000/x/inngest", "http://127.0.0.1:3000/.netlify/functions/inngest"],
    );
    const found = await discoverApps({ ...machine, ports: [3000, 3001, 8080], ownPort: 8288 });
    expect(found).toEqual(["http://127.0.0.1:3000/x/inngest"]);
    expect(machine.dialled).toEqual([3000, 3001, 8080]);
    expect(machine.probed.filter((url) => url.includes(":3000"))).toEqual([
      "http://127.0.0.1:3000/api/inngest",
      "http://127.0.0.1:3000/x/inngest",
    ]);
    expect(machine.probed.filter((url) => url.includes(":8080"))).toHaveLength(discoveryPaths.length);
  });

  it("looks at the other ports that are open on this machine, but for those of databases and the like, and those that tests are given", async () => {
    const machine = createMachine([3000, 5432, 9999, 40_000], ["http://127.0.0.1:9999/api/inngest"]);
    const listening = async () => [3000, 5432, 8288, 9999, 40_000];
    const found = await discoverApps({ ...machine, listening, ports: [3000], ownPort: 8288 });
    expect(found).toEqual(["http://127.0.0.1:9999/api/inngest"]);
    expect(machine.dialled).toEqual([3000, 9999]);
  });

  it("leaves the engine's own port out, and asks no port twice", async () => {
    const machine = createMachine([], []);
    await discoverApps({ ...machine, ports: [8288, 3000, 3000], ownPort: 8288 });
    expect(machine.dialled).toEqual([3000]);
  });

  it("dials all ports at once", async () => {
    let waiting = 0;
    let open: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const found = discoverApps({
      caller: { probe: async () => false },
      listening: async () => [],
      dial: async () => {
        waiting++;
        if (waiting === 3) open?.();
        await gate;
        return false;
      },
      ports: [1, 2, 3],
      ownPort: 8288,
    });
    expect(await found).toEqual([]);
    expect(waiting).toBe(3);
  });

  it("speaks https on 443 and leaves 80 out of the url", async () => {
    const machine = createMachine([80, 443], ["http://127.0.0.1/api/inngest", "https://127.0.0.1/api/inngest"]);
    expect(await discoverApps({ ...machine, ports: [80, 443], ownPort: 8288 })).toEqual([
      "http://127.0.0.1/api/inngest",
      "https://127.0.0.1/api/inngest",
    ]);
  });
});
