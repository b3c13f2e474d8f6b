/** `stepwell users`: people who sign in to the page with a password. Called by program. Must never print a password but one it made. */
import { randomBytes } from "node:crypto";
import { type Command, Option } from "commander";
import type { UserAnswer } from "../../../api/answers.ts";
import { roles } from "../../../domain/access/role.ts";
import { CliError } from "../../cli-error.ts";
import { formatMoment } from "../../format/format-duration.ts";
import { renderTable } from "../../format/table.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf } from "../client-options.ts";

interface UserOptions extends ClientOptions {
  role?: string;
  passwordStdin?: boolean;
}

const seg = encodeURIComponent;
const roleOption = (): Option => new Option("--role <role>", `what they may do: ${roles.join(", ")}`);
const passwordOption = (): Option =>
  new Option("--password-stdin", "read the password from standard input, instead of making one");

/** The password, and whether it was made here. @throws CliError */
async function readPassword({ passwordStdin = false }: UserOptions, terminal: Terminal): Promise<[string, boolean]> {
  if (!passwordStdin) return [randomBytes(15).toString("base64url"), true];
  const password = (await terminal.readInput()).replace(/\r?\n$/, "");
  if (password === "") throw new CliError("--password-stdin: standard input is empty.");
  return [password, false];
}

function printUser(user: UserAnswer, password: string | null, json: boolean, { print, warn, colors }: Terminal): void {
  if (json) print(JSON.stringify(password === null ? user : { ...user, password }));
  else if (password !== null) print(password);
  if (!json)
    warn(
      `${colors.green("✓")} ${user.name} has the role ${user.role}${password === null ? "" : ". Their password is shown this once: give it to them now"}.`,
    );
}

function addList(parent: Command, terminal: Terminal): void {
  const command = parent.command("list", { isDefault: true }).description("list them");
  addClientOptions(command).action(async (options: ClientOptions) => {
    const users = await clientOf(options, terminal).get<UserAnswer[]>("/v2/users");
    const { print, colors, now } = terminal;
    if (options.json === true) return print(JSON.stringify(users));
    if (users.length === 0) return print("No users. Make one: stepwell users add ana --role admin");
    const rows = users.map(({ name, role, signedInAt, createdBy }) => [
      name,
      role,
      signedInAt === null ? "never" : formatMoment(Date.parse(signedInAt), now()),
      createdBy,
    ]);
    for (const line of renderTable(["USER", "ROLE", "SIGNED IN", "MADE BY"], rows, colors)) print(line);
  });
}

function addAdd(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("add")
    .description("make one, and print their password: it is shown once")
    .argument("<name>", "what they sign in with")
    .addOption(roleOption().makeOptionMandatory())
    .addOption(passwordOption());
  addClientOptions(command).action(async (name: string, options: UserOptions) => {
    const [password, isMade] = await readPassword(options, terminal);
    const body = { name, role: options.role, password };
    const { data } = (await clientOf(options, terminal).request("POST", "/v2/users", body)) as { data: UserAnswer };
    printUser(data, isMade ? password : null, options.json === true, terminal);
  });
}

function addRole(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("role")
    .description("change what one may do, from their next request on")
    .argument("<name>", "who")
    .argument("<role>", roles.join(", "));
  addClientOptions(command).action(async (name: string, role: string, options: ClientOptions) => {
    const { data } = (await clientOf(options, terminal).request("POST", `/v2/users/${seg(name)}`, { role })) as {
      data: UserAnswer;
    };
    printUser(data, null, options.json === true, terminal);
  });
}

function addPassword(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("password")
    .description("give one another password, and sign them out everywhere")
    .argument("<name>", "who")
    .addOption(passwordOption());
  addClientOptions(command).action(async (name: string, options: UserOptions) => {
    const [password, isMade] = await readPassword(options, terminal);
    const client = clientOf(options, terminal);
    const { data } = (await client.request("POST", `/v2/users/${seg(name)}`, { password })) as { data: UserAnswer };
    printUser(data, isMade ? password : null, options.json === true, terminal);
  });
}

function addEnd(parent: Command, terminal: Terminal, name: "sign-out" | "remove", description: string): void {
  const command = parent.command(name).description(description).argument("<name>", "who");
  addClientOptions(command).action(async (user: string, options: ClientOptions) => {
    await clientOf(options, terminal).request(
      "DELETE",
      `/v2/users/${seg(user)}${name === "remove" ? "" : "/sessions"}`,
    );
    const { print, colors } = terminal;
    const done = name === "remove" ? "removed" : "signed out";
    print(options.json === true ? JSON.stringify({ name: user }) : `${colors.green("✓")} ${done} ${user}`);
  });
}

export function addUsersCommand(program: Command, terminal: Terminal): void {
  const parent = program.command("users").description("people who sign in to the page with a password");
  addList(parent, terminal);
  addAdd(parent, terminal);
  addRole(parent, terminal);
  addPassword(parent, terminal);
  addEnd(parent, terminal, "sign-out", "end all of one's sessions");
  addEnd(parent, terminal, "remove", "remove one, at once");
}
