/** `stepwell alerts channels` and `stepwell alerts test`: by what people are told. Called by alerts. A password is read from standard input. */
import { type Command, Option } from "commander";
import type { MadeAlertChannelAnswer } from "../../../api/answers.ts";
import type { NewAlertChannel } from "../../../client/requests.ts";
import { smtpTlsModes } from "../../../domain/alerts/channel.ts";
import { CliError } from "../../cli-error.ts";
import { renderTable } from "../../format/table.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf } from "../client-options.ts";
import { resolveChannel } from "./resolve.ts";

interface AddOptions extends ClientOptions {
  webhook?: string;
  slack?: string;
  smtp?: string;
  tls?: (typeof smtpTlsModes)[number];
  user?: string;
  passwordStdin?: boolean;
  from?: string;
  to?: string[];
}

const append = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

function addList(parent: Command, terminal: Terminal): void {
  const command = parent.command("list", { isDefault: true }).description("list them, without what is secret");
  addClientOptions(command).action(async (options: ClientOptions) => {
    const channels = await clientOf(options, terminal).engine.alerts.channels.list();
    const { print, colors } = terminal;
    if (options.json === true) return print(JSON.stringify(channels));
    if (channels.length === 0)
      return print("No channels. Make one: stepwell alerts channels add ops --webhook https://example.com/alerts");
    const rows = channels.map(({ id, name, kind, to }) => [id, name, kind, to]);
    for (const line of renderTable(["ID", "CHANNEL", "KIND", "LEADS TO"], rows, colors)) print(line);
  });
}

/** `host`, `host:port` or `[::1]:port`. */
function splitHost(text: string): { host: string; port?: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)|([^[]*:[^[]*:[^[]*))(?::(\d+))?$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? match?.[3];
  if (host === undefined) throw new CliError(`--smtp is "${text}": expected a host, such as smtp.example.com:587.`);
  return { host, ...(match?.[4] === undefined ? {} : { port: Number(match[4]) }) };
}

async function readPassword({ user, passwordStdin = false }: AddOptions, terminal: Terminal): Promise<object> {
  if ((user !== undefined) !== passwordStdin)
    throw new CliError("--user and --password-stdin go together: give both, or none for a server that asks for none.");
  if (user === undefined) return {};
  return { user, password: (await terminal.readInput()).replace(/\r?\n$/, "") };
}

async function toChannel(name: string, options: AddOptions, terminal: Terminal): Promise<NewAlertChannel> {
  const { webhook, slack, smtp, tls, from, to } = options;
  if ([webhook, slack, smtp].filter((given) => given !== undefined).length !== 1)
    throw new CliError("Say where the channel leads: --webhook <url>, --slack <url> or --smtp <host>.");
  if (webhook !== undefined) return { name, kind: "webhook", url: webhook };
  if (slack !== undefined) return { name, kind: "slack", url: slack };
  if (from === undefined || to === undefined)
    throw new CliError("Mail needs --from with the sender's address, and --to with that of a recipient.");
  const login = await readPassword(options, terminal);
  return { name, kind: "email", ...splitHost(smtp ?? ""), from, to, ...login, ...(tls === undefined ? {} : { tls }) };
}

function printMade(made: MadeAlertChannelAnswer, json: boolean, { print, warn, colors }: Terminal): void {
  if (json) {
    print(JSON.stringify(made));
    return;
  }
  warn(`${colors.green("✓")} "${made.name}" leads to ${made.to}. Try it: stepwell alerts test ${made.name}`);
  if (made.secret === null) return;
  warn("  Its requests are signed with this secret, which is shown this once:");
  print(made.secret);
}

function addAdd(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("add")
    .description("make one")
    .argument("<name>", "what to call it")
    .addOption(new Option("--webhook <url>", "a signed POST of JSON to this address"))
    .addOption(new Option("--slack <url>", "an incoming webhook of Slack, or of what takes its format"))
    .addOption(new Option("--smtp <host>", "mail by this server, such as smtp.example.com:587"))
    .addOption(new Option("--tls <mode>", "of the connection to it").choices(smtpTlsModes))
    .addOption(new Option("--user <name>", "who signs in there"))
    .addOption(new Option("--password-stdin", "read the password from standard input"))
    .addOption(new Option("--from <address>", "the sender of the mails"))
    .addOption(new Option("--to <address>", "a recipient; may be given again").argParser(append));
  addClientOptions(command).action(async (name: string, options: AddOptions) => {
    const channel = await toChannel(name, options, terminal);
    const made = await clientOf(options, terminal).engine.alerts.channels.create(channel);
    printMade(made, options.json === true, terminal);
  });
}

function addRemove(parent: Command, terminal: Terminal): void {
  const command = parent.command("remove").description("remove one").argument("<channel>", "its name or id");
  addClientOptions(command).action(async (wanted: string, options: ClientOptions) => {
    const { engine } = clientOf(options, terminal);
    const { id, name } = await resolveChannel(engine, wanted);
    await engine.alerts.channels.remove(id);
    const { print, colors } = terminal;
    print(options.json === true ? JSON.stringify({ id }) : `${colors.green("✓")} removed "${name}"`);
  });
}

function addTest(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("test")
    .description("send a test to a channel, and say how that went")
    .argument("<channel>", "its name or id");
  addClientOptions(command).action(async (wanted: string, options: ClientOptions) => {
    const { engine } = clientOf(options, terminal);
    const { id, name } = await resolveChannel(engine, wanted);
    const test = await engine.alerts.channels.test(id);
    const { print, colors } = terminal;
    if (options.json === true) print(JSON.stringify(test));
    else if (test.ok) print(`${colors.green("✓")} "${name}" took the test in ${test.tookMs} ms`);
    if (test.ok) return;
    if (options.json !== true) throw new CliError(`The test of "${name}" failed. ${test.error}`);
    terminal.setExitCode(1);
  });
}

export function addChannelCommands(parent: Command, terminal: Terminal): void {
  addTest(parent, terminal);
  const channels = parent.command("channels").description("by what people are told: make and remove them");
  addList(channels, terminal);
  addAdd(channels, terminal);
  addRemove(channels, terminal);
}
