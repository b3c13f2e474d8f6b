import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { engineVersion } from "../../server/src/domain/version.ts";
import { createServer, type ServerOptions } from "../../server/src/main.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const keys = { signingKey: "abcd", eventKeys: ["one"] };

describe("createServer refuses", () => {
  it.each<[Partial<ServerOptions>, RegExp]>([
    [{ mode: "prod" as "dev" }, /^mode is "prod": expected "dev" or "start"/],
    [{ port: 70_000 }, /^port is 70000: expected a whole number from 0 to 65535/],
    [{ port: 1.5 }, /^port is 1\.5/],
    [{ workers: 0 }, /^workers is 0: expected a whole number from 1/],
    [{ pollIntervalMs: 0 }, /^pollIntervalMs is 0/],
    [{ retryIntervalMs: -1 }, /^retryIntervalMs is -1/],
    [{ callTimeoutMs: Number.NaN }, /^callTimeoutMs is NaN/],
    [{ rateLimitMode: "even" as "gcra" }, /^rateLimitMode is "even": expected "sliding" or "gcra"/],
    [
      { appUrls: ["file:///etc"] },
      /^The app url "file:\/\/\/etc" is not a url: expected one like http:\/\/localhost:3000/,
    ],
    [{ appUrls: ["http://"] }, /^The app url "http:\/\/" is not a url/],
    [{ eventKeys: ["a"] }, /Keys were given in dev mode/],
    [{ mode: "start", ...keys, discovery: true }, /discovery is for dev mode/],
    [{ mode: "start", eventKeys: ["one"] }, /A signing key is required/],
    [{ mode: "start", signingKey: "abcd" }, /At least one event key is required/],
    [{ mode: "start", ...keys, eventKeys: [" "] }, /none may be empty/],
    [{ mode: "start", ...keys, signingKey: "abc" }, /even number of the digits/],
    [{ mode: "start", ...keys, signingKey: "signkey-prod-zz" }, /^(?!.*zz)/],
  ])("%j", (options, message) => {
    const create = () => createServer({ mode: "dev", store: null, logger: silent, ...options });
    expect(create).toThrow(message);
    expect(create).toThrow(expect.objectContaining({ name: "EngineError", code: "invalid_config" }));
  });
});

describe("createServer", () => {
  it("lets go of everything when it cannot listen", async () => {
    const first = createServer({ mode: "dev", store: null, port: 0, logger: silent });
    await first.start();
    const second = createServer({ mode: "dev", store: null, port: first.port, logger: silent });
    await expect(second.start()).rejects.toMatchObject({ code: "port_taken" });
    await expect(second.store.nextDueAt()).rejects.toThrow();
    await first.stop();
  });

  it("can be stopped twice, and before it was started", async () => {
    const server = createServer({ mode: "dev", store: null, port: 0, logger: silent });
    await Promise.all([server.stop(), server.stop()]);
  });

  it("gives an address for this machine", async () => {
    const everywhere = createServer({ mode: "start", store: null, port: 0, logger: silent, ...keys });
    await everywhere.start();
    expect(everywhere.url).toBe(`http://127.0.0.1:${everywhere.port}`);
    expect((await fetch(`${everywhere.url}/health`)).status).toBe(200);
    await everywhere.stop();
    expect(createServer({ mode: "dev", store: null, host: "::1", port: 99, logger: silent }).url).toBe(
      "http://[::1]:99",
    );
  });

  it("carries the package's version", () => {
    const { version } = JSON.parse(readFileSync(new URL("../../server/package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(engineVersion).toBe(version);
  });
});
