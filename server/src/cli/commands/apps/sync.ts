/** `stepwell sync`: asks an app what it serves, and moves it to the address given. Called by program. */
import type { Command } from "commander";
import { shownUrl } from "../../../domain/shown-url.ts";
import { CliError } from "../../cli-error.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf } from "../client-options.ts";

interface SyncedApp {
  name: string;
  url: string;
  function_count: number;
}

/** The address with `http://` before it when it has no scheme. @throws CliError */
function toUrl(text: string): string {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (/^https?:/i.test(url) && URL.canParse(url)) return url;
  throw new CliError(`"${shownUrl(text)}" is no address of an app. Give one like http://localhost:3000/api/inngest.`);
}

export function addSyncCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("sync")
    .description("ask an app what it serves; an app known at another address moves here")
    .argument("<url>", "where the app serves its functions, such as http://localhost:3000/api/inngest");
  addClientOptions(command).action(async (text: string, options: ClientOptions) => {
    const client = clientOf(options, terminal);
    const given = toUrl(text);
    const url = shownUrl(given);
    const { data } = (await client.request("POST", "/v1/apps", { url: given })) as { data: { modified: boolean } };
    const app = (await client.get<SyncedApp[]>("/v1/apps")).find((known) => known.url === url);
    const { print, colors } = terminal;
    if (options.json === true) return print(JSON.stringify({ url, modified: data.modified, app: app?.name ?? null }));
    const count = app?.function_count ?? 0;
    const served = `${count} function${count === 1 ? "" : "s"}`;
    const what = app === undefined ? url : `app "${app.name}" at ${url}, ${served}`;
    return print(`${colors.green("✓")} synced ${what}${data.modified ? "" : colors.dim("  nothing has changed")}`);
  });
}
