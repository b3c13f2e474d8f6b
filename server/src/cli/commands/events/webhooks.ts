/** `stepwell webhooks`: addresses at which others deliver what becomes events. Called by program. A secret is never printed. */
import { type Command, Option } from "commander";
import type { DeliveryAnswer, TriedTransformAnswer, WebhookAnswer } from "../../../api/answers.ts";
import { signatureSchemes } from "../../../domain/webhook.ts";
import type { ApiClient } from "../../api-client.ts";
import { CliError } from "../../cli-error.ts";
import { formatMoment } from "../../format/format-duration.ts";
import { renderTable } from "../../format/table.ts";
import { readText } from "../../parse/parse-data.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf } from "../client-options.ts";

interface SignatureOptions {
  signature?: string;
  header?: string;
  secret?: string;
}

interface CreateOptions extends ClientOptions, SignatureOptions {
  transform: string;
}

interface ChangeOptions extends ClientOptions, SignatureOptions {
  transform?: string;
  name?: string;
}

interface TryOptions extends ClientOptions {
  transform?: string;
  webhook?: string;
  body: string;
  contentType?: string;
  requestHeader?: string[];
}

/** One that is not revoked, by its id or its name. @throws CliError */
async function resolveWebhook(client: ApiClient, wanted: string): Promise<WebhookAnswer> {
  const webhooks = (await client.get<WebhookAnswer[]>("/v2/webhooks")).filter(({ state }) => state === "works");
  const found = webhooks.find(({ id, name }) => id === wanted.toUpperCase() || name === wanted);
  if (found !== undefined) return found;
  throw new CliError(`There is no webhook "${wanted}" that works. \`stepwell webhooks\` lists them.`);
}

const addressOf = (client: ApiClient, { path }: WebhookAnswer): string =>
  path === null ? "(for admins)" : client.url.replace(/\/$/, "") + path;

const transformOption = (): Option =>
  new Option(
    "-t, --transform <cel>",
    "makes an event of body, headers and query: CEL, @file.cel, or - for standard input",
  );

function addSignatureOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--signature <scheme>", `how the sender proves who it is: ${signatureSchemes.join(", ")}, none`),
    )
    .addOption(new Option("--header <name>", "where that stands, if not where the scheme has it"))
    .addOption(new Option("--secret <text>", "what the sender signs with (STEPWELL_WEBHOOK_SECRET)"));
}

/** Undefined: nothing was said of it. @throws CliError */
function signatureOf({ signature: scheme, header, secret }: SignatureOptions, { env }: Terminal): unknown {
  if (scheme === "none") return null;
  if (scheme === undefined) {
    if (header === undefined && secret === undefined) return undefined;
    throw new CliError(`--header and --secret need --signature, with one of ${signatureSchemes.join(", ")}.`);
  }
  const given = secret ?? (env["STEPWELL_WEBHOOK_SECRET"] || undefined);
  return { scheme, ...(header === undefined ? {} : { header }), ...(given === undefined ? {} : { secret: given }) };
}

function addList(parent: Command, terminal: Terminal): void {
  const command = parent.command("list", { isDefault: true }).description("list them, with their addresses for admins");
  addClientOptions(command).action(async (options: ClientOptions) => {
    const client = clientOf(options, terminal);
    const webhooks = await client.get<WebhookAnswer[]>("/v2/webhooks");
    const { print, colors } = terminal;
    if (options.json === true) return print(JSON.stringify(webhooks));
    if (webhooks.length === 0)
      return print(`No webhooks. Make one: stepwell webhooks create github -t '{"name": "github/push", "data": body}'`);
    const rows = webhooks.map((webhook) => [
      webhook.id,
      webhook.name,
      webhook.signature?.scheme ?? "none",
      webhook.state === "works" ? addressOf(client, webhook) : { text: "revoked", paint: colors.yellow },
    ]);
    for (const line of renderTable(["WEBHOOK", "NAME", "SIGNATURE", "ADDRESS"], rows, colors)) print(line);
  });
}

function addCreate(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("create")
    .description("make one, and print the address to give to the sender")
    .argument("<name>", "what to call it")
    .addOption(transformOption().makeOptionMandatory());
  addClientOptions(addSignatureOptions(command)).action(async (name: string, options: CreateOptions) => {
    const client = clientOf(options, terminal);
    const signature = signatureOf(options, terminal);
    const body = { name, transform: await readText(options.transform, "--transform", terminal), signature };
    const { data } = (await client.request("POST", "/v2/webhooks", body)) as { data: WebhookAnswer };
    const { print, warn, colors } = terminal;
    if (options.json === true) return print(JSON.stringify(data));
    print(addressOf(client, data));
    if (data.signature === null)
      warn(`${colors.yellow("!")} No signature is checked: whoever has the address may deliver.`);
  });
}

function addChange(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("change")
    .description("give one another name, transform or signature; a signature without --secret keeps the secret")
    .argument("<webhook>", "its name or id")
    .addOption(new Option("--name <name>", "what to call it from now on"))
    .addOption(transformOption());
  addClientOptions(addSignatureOptions(command)).action(async (wanted: string, options: ChangeOptions) => {
    const client = clientOf(options, terminal);
    const { name, transform } = options;
    const signature = signatureOf(options, terminal);
    const body = {
      ...(name === undefined ? {} : { name }),
      ...(transform === undefined ? {} : { transform: await readText(transform, "--transform", terminal) }),
      ...(signature === undefined ? {} : { signature }),
    };
    const { id } = await resolveWebhook(client, wanted);
    const { data } = (await client.request("POST", `/v2/webhooks/${id}`, body)) as { data: WebhookAnswer };
    const { print, colors } = terminal;
    print(options.json === true ? JSON.stringify(data) : `${colors.green("✓")} changed "${data.name}"`);
  });
}

function addRotate(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("rotate")
    .description("give one another address, and print it; the one before ends at once")
    .argument("<webhook>", "its name or id");
  addClientOptions(command).action(async (wanted: string, options: ClientOptions) => {
    const client = clientOf(options, terminal);
    const { id } = await resolveWebhook(client, wanted);
    const { data } = (await client.request("POST", `/v2/webhooks/${id}/rotate`)) as { data: WebhookAnswer };
    terminal.print(options.json === true ? JSON.stringify(data) : addressOf(client, data));
  });
}

function addRevoke(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("revoke")
    .description("end one, at once and for good")
    .argument("<webhook>", "its name or id");
  addClientOptions(command).action(async (wanted: string, options: ClientOptions) => {
    const client = clientOf(options, terminal);
    const { id, name } = await resolveWebhook(client, wanted);
    await client.request("DELETE", `/v2/webhooks/${id}`);
    const { print, colors } = terminal;
    print(options.json === true ? JSON.stringify({ id }) : `${colors.green("✓")} revoked "${name}"`);
  });
}

function addDeliveries(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("deliveries")
    .description("what became of the last deliveries to one, and why those were refused that were")
    .argument("<webhook>", "its name or id");
  addClientOptions(command).action(async (wanted: string, options: ClientOptions) => {
    const client = clientOf(options, terminal);
    const { id } = await resolveWebhook(client, wanted);
    const deliveries = await client.get<DeliveryAnswer[]>(`/v2/webhooks/${id}/deliveries`);
    const { print, colors, now } = terminal;
    if (options.json === true) return print(JSON.stringify(deliveries));
    if (deliveries.length === 0) return print("No deliveries yet.");
    const rows = deliveries.map(({ at, outcome, status, sizeBytes, error, eventIds }) => [
      formatMoment(Date.parse(at), now()),
      outcome === "accepted" || outcome === "ignored" ? outcome : { text: outcome, paint: colors.red },
      String(status),
      String(sizeBytes),
      error ?? eventIds.join(" "),
    ]);
    for (const line of renderTable(["AT", "OUTCOME", "STATUS", "BYTES", "WHAT"], rows, colors)) print(line);
  });
}

/** Name and value. @throws CliError */
function readHeader(text: string): [string, string] {
  const [, name = "", value = ""] = /^([\w-]+):\s*(.*)$/.exec(text) ?? [];
  if (name !== "") return [name.toLowerCase(), value];
  throw new CliError(`--request-header is "${text}": expected a name and a value, such as "x-github-event: push".`);
}

function addTry(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("try")
    .description("print the event that a transform makes of a body; nothing is stored")
    .argument("[webhook]", "whose transform, by name or id; or give --transform")
    .addOption(transformOption())
    .addOption(
      new Option(
        "-b, --body <text>",
        "as it is delivered: text, @file.json, or - for standard input",
      ).makeOptionMandatory(),
    )
    .addOption(new Option("--content-type <type>", "of a form"))
    .addOption(
      new Option("-H, --request-header <header...>", 'a header that it comes with, such as "x-github-event: push"'),
    );
  addClientOptions(command).action(async (wanted: string | undefined, options: TryOptions) => {
    const client = clientOf(options, terminal);
    if ((wanted === undefined) === (options.transform === undefined))
      throw new CliError("Say which transform: the name of a webhook, or --transform.");
    const transform =
      options.transform === undefined
        ? (await resolveWebhook(client, wanted ?? "")).transform
        : await readText(options.transform, "--transform", terminal);
    const sample = {
      transform,
      body: await readText(options.body, "--body", terminal),
      ...(options.contentType === undefined ? {} : { contentType: options.contentType }),
      headers: Object.fromEntries((options.requestHeader ?? []).map(readHeader)),
    };
    const { data } = (await client.request("POST", "/v2/webhooks/try", sample)) as { data: TriedTransformAnswer };
    if (options.json === true) return terminal.print(JSON.stringify(data.events));
    if (data.events.length === 0) return terminal.print("No event: the transform gave null.");
    for (const event of data.events) terminal.print(JSON.stringify(event, null, 2));
  });
}

export function addWebhooksCommand(program: Command, terminal: Terminal): void {
  const parent = program
    .command("webhooks")
    .description("addresses at which others deliver what becomes events: make, change, try and revoke them");
  addList(parent, terminal);
  addCreate(parent, terminal);
  addChange(parent, terminal);
  addRotate(parent, terminal);
  addRevoke(parent, terminal);
  addDeliveries(parent, terminal);
  addTry(parent, terminal);
}
