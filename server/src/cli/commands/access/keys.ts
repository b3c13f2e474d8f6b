/** `stepwell keys`: keys for the API and for events, to make, rotate and revoke. Called by program. A key is printed once. */
import { type Command, Option } from "commander";
import type { KeyAnswer, MadeKeyAnswer } from "../../../api/answers.ts";
import { roles } from "../../../domain/access/role.ts";
import type { ApiClient } from "../../api-client.ts";
import { CliError } from "../../cli-error.ts";
import { formatMoment } from "../../format/format-duration.ts";
import { renderTable } from "../../format/table.ts";
import { parseDuration } from "../../parse/parse-duration.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf } from "../client-options.ts";

interface CreateOptions extends ClientOptions {
  role?: string;
  event?: boolean;
  expires?: string;
}

interface RotateOptions extends ClientOptions {
  grace?: string;
}

/** A key that is not revoked, by its id or its name. @throws CliError */
async function resolveKey(client: ApiClient, wanted: string): Promise<KeyAnswer> {
  const keys = (await client.get<KeyAnswer[]>("/v2/keys")).filter(({ state }) => state !== "revoked");
  const matches = keys.filter(({ id, name }) => id === wanted.toUpperCase() || name === wanted);
  if (matches.length === 1 && matches[0] !== undefined) return matches[0];
  throw new CliError(
    matches.length > 1
      ? `More than one key is called "${wanted}". Give the id of one: ${matches.map(({ id }) => id).join(", ")}.`
      : `There is no key "${wanted}" that works. \`stepwell keys list\` lists them.`,
  );
}

function printKey(made: MadeKeyAnswer, json: boolean, { print, warn, colors }: Terminal): void {
  print(json ? JSON.stringify(made) : made.key);
  if (json) return;
  const what = made.kind === "event" ? "sends events" : `has the role ${made.role}`;
  warn(`${colors.green("✓")} "${made.name}" ${what}. This is the only time that the key is shown: keep it now.`);
  if (made.previousUntil !== null) warn(`  The key before works until ${made.previousUntil}.`);
}

function addList(parent: Command, terminal: Terminal): void {
  const command = parent.command("list", { isDefault: true }).description("list them; never the keys themselves");
  addClientOptions(command).action(async (options: ClientOptions) => {
    const keys = await clientOf(options, terminal).get<KeyAnswer[]>("/v2/keys");
    const { print, colors, now } = terminal;
    if (options.json === true) return print(JSON.stringify(keys));
    if (keys.length === 0) return print("No keys. Make one: stepwell keys create ci --role operate");
    const moment = (at: string | null, none: string): string =>
      at === null ? none : formatMoment(Date.parse(at), now());
    const rows = keys.map((key) => [
      key.id,
      key.name,
      key.role ?? "events",
      `${key.hint}…`,
      moment(key.lastUsedAt, "never"),
      moment(key.expiresAt, "never"),
      key.state === "works" ? key.state : { text: key.state, paint: colors.yellow },
    ]);
    for (const line of renderTable(["KEY", "NAME", "ROLE", "BEGINS", "USED", "EXPIRES", "STATE"], rows, colors))
      print(line);
  });
}

function addCreate(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("create")
    .description("make one, and print it: it is shown once")
    .argument("<name>", "what to call it")
    .addOption(new Option("--role <role>", `what it may do: ${roles.join(", ")}`))
    .addOption(new Option("--event", "a key that sends events, and does nothing else"))
    .addOption(new Option("--expires <time>", "end it by itself after this, such as 90d"));
  addClientOptions(command).action(async (name: string, options: CreateOptions) => {
    const { role, event = false, expires } = options;
    if (event === (role !== undefined))
      throw new CliError(`Say what the key is for: --role with one of ${roles.join(", ")}, or --event.`);
    const body = {
      name,
      ...(event ? { kind: "event" } : { role }),
      ...(expires === undefined
        ? {}
        : { expiresAt: new Date(terminal.now() + parseDuration(expires, "--expires")).toISOString() }),
    };
    const { data } = (await clientOf(options, terminal).request("POST", "/v2/keys", body)) as { data: MadeKeyAnswer };
    printKey(data, options.json === true, terminal);
  });
}

function addRotate(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("rotate")
    .description("give one another secret, and print it; the one before works a while longer")
    .argument("<key>", "its name or id")
    .addOption(new Option("--grace <time>", "how long the one before works, such as 1h; 0 for no longer (24h)"));
  addClientOptions(command).action(async (wanted: string, options: RotateOptions) => {
    const client = clientOf(options, terminal);
    const { id } = await resolveKey(client, wanted);
    const { grace } = options;
    const ms = grace === undefined ? null : grace === "0" ? 0 : parseDuration(grace, "--grace");
    const body = ms === null ? {} : { graceSeconds: Math.ceil(ms / 1000) };
    const { data } = (await client.request("POST", `/v2/keys/${id}/rotate`, body)) as { data: MadeKeyAnswer };
    printKey(data, options.json === true, terminal);
  });
}

function addRevoke(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("revoke")
    .description("end one, at once and for good")
    .argument("<key>", "its name or id");
  addClientOptions(command).action(async (wanted: string, options: ClientOptions) => {
    const client = clientOf(options, terminal);
    const { id, name } = await resolveKey(client, wanted);
    await client.request("DELETE", `/v2/keys/${id}`);
    const { print, colors } = terminal;
    print(options.json === true ? JSON.stringify({ id }) : `${colors.green("✓")} revoked "${name}"`);
  });
}

export function addKeysCommand(program: Command, terminal: Terminal): void {
  const parent = program.command("keys").description("keys for the API and for events: make, rotate and revoke them");
  addList(parent, terminal);
  addCreate(parent, terminal);
  addRotate(parent, terminal);
  addRevoke(parent, terminal);
}
