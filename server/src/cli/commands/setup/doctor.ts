/** `stepwell doctor`: finds what is wrong with a set-up, and says what to do. Called by program. */
import { type Command, Option } from "commander";
import { CliError } from "../../cli-error.ts";
import type { DoctorContext, Finding } from "../../doctor/doctor-context.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf } from "../client-options.ts";
import { addFlagOptions, givenFlags } from "../flag-options.ts";

interface DoctorOptions extends ClientOptions {
  sdkUrl?: string[];
  eventKey?: string;
}

const settingsFlags: readonly string[] = ["port", "sdk-url", "data", "postgres-uri", "postgres-namespace"];

async function settingsOf(
  command: Command,
  terminal: Terminal,
): Promise<Pick<DoctorContext, "settings" | "settingsError">> {
  const { resolveSettings } = await import("../../config/resolve-settings.ts");
  const { env, cwd, home, isTerminal } = terminal;
  const configPath = (command.getOptionValue("config") as string | undefined) ?? null;
  const source = { command: "dev", given: givenFlags(command), configPath, env, cwd, home, isTerminal } as const;
  try {
    return { settings: resolveSettings(source), settingsError: null };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { settings: null, settingsError: error.message };
  }
}

const symbols = { ok: "✓", warning: "!", problem: "✗" } as const;

function renderFinding({ check, level, message, fix }: Finding, { colors }: Terminal): string[] {
  const paint = { ok: colors.green, warning: colors.yellow, problem: colors.red }[level];
  const head = `${paint(`${symbols[level]} ${level.padEnd(7)}`)}  ${colors.bold(check.padEnd(12))}  ${message}`;
  return [head, ...(fix === null ? [] : [`${" ".repeat(25)}${colors.dim("fix:")} ${fix}`])];
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

async function contextOf(command: Command, options: DoctorOptions, terminal: Terminal): Promise<DoctorContext> {
  const [{ freeBytes }, { lookAtApp }, { lookAtEngine }, { readVariables }] = await Promise.all([
    import("../../doctor/examine.ts"),
    import("../../doctor/look-at-app.ts"),
    import("../../doctor/look-at-engine.ts"),
    import("../../doctor/variables.ts"),
  ]);
  const { env, cwd, now } = terminal;
  const variable = readVariables(env, cwd);
  const first = (...names: string[]): string | null =>
    names.map((name) => variable(name)?.value).find((value) => value !== undefined) ?? null;
  const signingKey = options.signingKey ?? first("STEPWELL_SIGNING_KEY", "INNGEST_SIGNING_KEY");
  const client = clientOf(options, terminal);
  const engine = await lookAtEngine(client, now);
  const { settings, settingsError } = await settingsOf(command, terminal);
  const given = settings?.appUrls ?? options.sdkUrl ?? [];
  const known = engine.kind === "engine" ? (engine.addresses ?? []).map(({ url }) => url) : [];
  const isHttp = (url: string): boolean => /^https?:\/\//i.test(url);
  const urls = [...new Set([...given, ...known])].filter(isHttp);
  const asked = signingKey !== null && /^(?:signkey-\w+-)?(?:[0-9a-f]{2})+$/i.test(signingKey) ? signingKey : null;
  const apps = await Promise.all(urls.map((url) => lookAtApp(url, given.includes(url), asked, now)));
  const eventKey = options.eventKey ?? first("STEPWELL_EVENT_KEY", "INNGEST_EVENT_KEY");
  return { client, engine, apps, settings, settingsError, variable, signingKey, eventKey, cwd, freeBytes };
}

export function addDoctorCommand(program: Command, terminal: Terminal): void {
  const summary = "find what is wrong with a set-up, and say what to do";
  const more =
    "Looks at the engine, its keys and clock, its apps, the variables by which apps find it (also in .env files here), and at the settings with which an engine would start here: port, state, disk. Changes nothing and sends no event. Exit code 1 when there is a problem.";
  const command = program.command("doctor").summary(summary).description(`${summary}\n\n${more}`);
  addFlagOptions(command, ({ name }) => settingsFlags.includes(name), "postgres-namespace");
  command.addOption(new Option("--event-key <key>", "the event key to look at (INNGEST_EVENT_KEY)"));
  addClientOptions(command).action(async (options: DoctorOptions) => {
    const { examine } = await import("../../doctor/examine.ts");
    const found = await examine(await contextOf(command, options, terminal));
    const { print, colors, setExitCode } = terminal;
    const problems = found.filter(({ level }) => level === "problem").length;
    const warnings = found.filter(({ level }) => level === "warning").length;
    if (problems > 0) setExitCode(1);
    if (options.json === true) return print(JSON.stringify({ problems, warnings, findings: found }));
    for (const finding of found) for (const line of renderFinding(finding, terminal)) print(line);
    const all = `${count(problems, "problem")}, ${count(warnings, "warning")}`;
    print("");
    print(problems > 0 ? colors.red(all) : warnings > 0 ? colors.yellow(all) : colors.green("Nothing is wrong."));
  });
}
