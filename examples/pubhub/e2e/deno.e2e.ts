/**
 * PubHub as an edge function: the same source on Deno, with the packed SDK, Postgres and the engine. Left out, with a word
 * about it, where there is no registry to install Deno from. Each test is a row of the table in README.md.
 */
import { readdirSync } from "node:fs";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../../../test/helpers/eventually.ts";
import { startExample, usesPublishedSdk } from "../../../test/helpers/example-app.ts";
import { withFileLock } from "../../../test/helpers/file-lock.ts";
import {
  cacheFolder,
  explainSkip,
  installPackages,
  installSdk,
  isUnreachable,
  packSdk,
} from "../../../test/helpers/packed-sdk.ts";
import { tempDirectory } from "../../../test/helpers/temp-directory.ts";
import { folder, openStage, type StartApp } from "./stage.ts";

const edge = "src/supabase/functions/make-server-dc1f2437";

/** The packages that `index.ts` imports. `inngest` under our name is the published SDK. */
function manifest(): object {
  const sdk = usesPublishedSdk ? { stepwell: "npm:inngest@4.24.0" } : {};
  const dependencies = { deno: "2.9.6", hono: "4.13.19", nodemailer: "10.6.1", pg: "8.23.1", zod: "4.6.7", ...sdk };
  return { name: "pubhub-on-deno", private: true, version: "1.0.0", type: "module", dependencies };
}

async function installEdge(): Promise<string> {
  const cache = join(cacheFolder, usesPublishedSdk ? "pubhub-deno-inngest" : "pubhub-deno");
  await mkdir(cache, { recursive: true });
  return withFileLock(`${cache}.lock`, async () => {
    await writeFile(join(cache, "package.json"), JSON.stringify(manifest()));
    await installPackages(cache);
    if (!usesPublishedSdk) {
      await packSdk();
      await installSdk(cache);
    }
    await rm(join(cache, "src"), { recursive: true, force: true });
    await cp(join(folder, edge), join(cache, edge), { recursive: true });
    return cache;
  });
}

test("the edge function on Deno: a scan in the background, a mail, a response", async (context) => {
  const cache = await installEdge().catch((error: unknown) => {
    if (!isUnreachable(error)) throw error;
    return context.skip(explainSkip("the test of PubHub on Deno is", error));
  });
  const [platform] = readdirSync(join(cache, "node_modules/@deno"));
  const deno = join(cache, `node_modules/@deno/${platform}/deno`);
  const flags = [
    "run",
    "--allow-net",
    "--allow-env",
    "--allow-read",
    "--allow-sys",
    "--no-lock",
    "--node-modules-dir=manual",
  ];
  const onDeno: StartApp = (port, env) => startExample([deno, ...flags, `${edge}/index.ts`], port, env, cache);
  const stage = await openStage(await tempDirectory("pubhub-deno"), onDeno);
  onTestFinished(() => stage.close());
  const health = (await (await fetch(`${stage.appApi}/health`)).json()) as object;
  expect(health).toMatchObject({ status: "ok", message: "PubHub API is running" });
  const ana = await stage.user("ana");
  const id = await stage.project(ana, ["webdev", "node"]);
  stage.outside.reddit.post("webdev", { title: "Which queue?" });
  stage.outside.reddit.busy.set("node", 1);
  expect(await ana.scanHistory(id, ["webdev", "node"])).toMatchObject({ status: "scanning", subreddits: 2 });
  expect(await stage.endedScan(ana, id)).toMatchObject({ status: "completed", newItems: 1, error: null });
  await eventually("the mail", () => stage.outside.smtp.mails.length || null);
  await ana.generateResponse(id, (await ana.getFeed(id))[0]?.id ?? "");
  await eventually("a response", async () => (await ana.getFeed(id)).find(({ ai_response: text }) => text) ?? null, 50);
});
