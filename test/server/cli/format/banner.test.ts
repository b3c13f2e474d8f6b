import { describe, expect, it } from "vitest";
import { resolveSettings } from "../../../../server/src/cli/config/resolve-settings.ts";
import { type BannerInput, renderBanner } from "../../../../server/src/cli/format/banner.ts";
import { createColors } from "../../../../server/src/cli/format/colors.ts";

const settings = resolveSettings({
  command: "dev",
  configPath: null,
  env: {},
  cwd: "/nowhere",
  home: "/nowhere",
  isTerminal: true,
  given: new Map(),
});

function banner(more: Partial<Omit<BannerInput, "settings">> & { settings?: Partial<typeof settings> } = {}): string {
  return renderBanner({
    command: "dev",
    version: "1.2.3",
    url: "http://127.0.0.1:8288",
    port: 8288,
    knownApps: 0,
    colors: createColors(false, {}),
    ...more,
    settings: { ...settings, ...more.settings },
  }).join("\n");
}

const nextOf = (...args: Parameters<typeof banner>): string => / {2}next +(.*)/.exec(banner(...args))?.[1] ?? "";

describe("what dev and start say when they are up", () => {
  it("tells where the engine and its state are", () => {
    expect(banner({ settings: { data: "/var/stepwell" } })).toContain(
      "\n  stepwell dev 1.2.3\n\n  engine  http://127.0.0.1:8288\n  state   /var/stepwell\n  next",
    );
    expect(banner({ settings: { data: null } })).toContain("state   in memory, gone when this ends");
    expect(banner()).not.toContain("config");
    expect(banner({ settings: { configFile: "/etc/stepwell.json" } })).toContain("config  /etc/stepwell.json");
  });

  it("tells when its port was taken, but not when any would do", () => {
    expect(banner({ port: 8289 })).toContain("(port 8288 is taken)");
    expect(banner({ port: 8289, settings: { port: 0 } })).not.toContain("taken");
    expect(banner()).not.toContain("taken");
  });

  it.each([
    [{ settings: { appUrls: ["http://a.test/x"] } }, "Syncing http://a.test/x."],
    [{ settings: { appUrls: ["http://a.test/x", "b", "c"] } }, "Syncing http://a.test/x and 2 more."],
    [{ settings: { discovery: true } }, "Looking for your app on this machine."],
    [{ knownApps: 1, settings: { discovery: true } }, "Serving 1 app known from before."],
    [{ knownApps: 2, settings: { discovery: false } }, "Serving 2 apps known from before."],
    [{ settings: { discovery: false } }, "Waiting for an app. Name it with stepwell dev -u <url>, or"],
    [
      { command: "start" as const, settings: { discovery: false } },
      "stepwell start -u <url>, or let it register itself: INNGEST_BASE_URL=http://127.0.0.1:8288",
    ],
  ])("says what comes next for %j", (input, next) => {
    expect(nextOf(input)).toContain(next);
  });
});
