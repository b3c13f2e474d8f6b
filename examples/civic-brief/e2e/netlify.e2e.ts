/** The app under the Netlify CLI, from the packed SDK, as its users start it. The CLI is that of the tests of frameworks. */
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { installApp, startApp } from "../../../test/frameworks/framework-app.ts";
import { eventually } from "../../../test/helpers/eventually.ts";
import { usesPublishedSdk } from "../../../test/helpers/example-app.ts";
import { startLocalEngine } from "../../../test/helpers/local-engine.ts";
import { installSdk, packSdk } from "../../../test/helpers/packed-sdk.ts";
import { root } from "../../../test/repo/root.ts";
import { startOutside } from "../outside/outside.ts";

it.skipIf(usesPublishedSdk)("a brief under netlify dev", async (context) => {
  await packSdk();
  const cli = await installApp(context, "netlify");
  // Not below the folder of the Netlify CLI: a package.json above would be taken for the site.
  const folder = join(cli, "..", "civic-brief");
  await mkdir(join(folder, "node_modules"), { recursive: true });
  for (const part of ["netlify", "public", "src", "netlify.toml", "package.json"])
    await cp(join(root, "examples/civic-brief", part), join(folder, part), { recursive: true });
  await cp(join(root, "node_modules/zod"), join(folder, "node_modules/zod"), { recursive: true });
  await installSdk(folder);

  const outside = await startOutside({ minuteMs: 5 });
  onTestFinished(() => outside.close());
  const engine = await startLocalEngine();
  const flags = ["dev", "--offline", "--internal-disable-edge-functions"];
  const args = (port: number): string[] => [
    join(cli, "node_modules/netlify-cli/bin/run.js"),
    ...flags,
    "-p",
    String(port),
  ];
  const app = await startApp(folder, process.execPath, args, engine, () => outside.env);
  const url = `${app.origin}/.netlify/functions`;
  expect((await fetch(`${url}/inngest`, { method: "PUT" })).status, app.output()).toBe(200);
  const sent = await fetch(`${url}/trigger-brief`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ userId: "user_ana", policyInterests: ["healthcare"] }),
  });
  expect(await sent.json(), app.output()).toMatchObject({ success: true });
  const brief = await eventually("the brief", async () => {
    const { briefs } = (await (await fetch(`${url}/briefs?userId=user_ana`)).json()) as {
      briefs: { status: string }[];
    };
    return briefs[0] ?? null;
  });
  expect(brief, app.output()).toMatchObject({ status: "ready" });
});
