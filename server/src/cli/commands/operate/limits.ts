/** `stepwell limits`: limits of functions that people set over those of the code, while the engine runs. Called by program. */
import { type Command, Option } from "commander";
import type {
  FunctionAnswer,
  FunctionLimitAnswer,
  LimitControlName,
  LimitOverrideAnswer,
} from "../../../api/answers.ts";
import { CliError } from "../../cli-error.ts";
import { formatMoment } from "../../format/format-duration.ts";
import { formatLimit, nameOfControl } from "../../format/format-limit.ts";
import { renderTable } from "../../format/table.ts";
import type { Terminal } from "../../terminal.ts";
import { type AuthorOptions, addReasonOptions, authorOf } from "../author-option.ts";
import { addClientOptions, type ClientOptions, clientOf, resolveFunction } from "../client-options.ts";

/** The options that name a limit, and what the API calls it. */
const controls = [
  ["concurrency", "concurrency", "steps that run at once; 0 is no limit"],
  ["runConcurrency", "run-concurrency", "runs that are open at once; 0 is no limit"],
  ["throttle", "throttle", "starts in a time, such as 10/1m; 10 leaves the time as it is"],
  ["rateLimit", "rate-limit", "starts in a time, others are dropped: 100/1h"],
] as const satisfies readonly (readonly [LimitControlName, string, string])[];

interface TargetOptions extends ClientOptions {
  key?: string;
}

type SetOptions = TargetOptions & AuthorOptions & { burst?: string } & Partial<Record<LimitControlName, string>>;
type ResetOptions = TargetOptions & Partial<Record<LimitControlName, true>>;

const flags = controls.map(([, flag]) => `--${flag}`).join(", ");

/** The one control that the options name. */
function controlIn(options: Partial<Record<LimitControlName, unknown>>): LimitControlName[] {
  return controls.flatMap(([control]) => (options[control] === undefined ? [] : [control]));
}

/** @throws CliError */
function toWhole(text: string, flag: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CliError(`${flag} is "${text}": expected a whole number.`);
}

/** `10/1m` or `10`. @throws CliError */
function toPace(text: string, flag: string): { limit: number; period?: string } {
  const [limit = "", period, ...rest] = text.split("/");
  if (rest.length === 0 && /^\d{1,15}$/.test(limit.trim()))
    return { limit: Number(limit), ...(period === undefined ? {} : { period: period.trim() }) };
  throw new CliError(`${flag} is "${text}": expected a number of starts and a time, such as 10/1m.`);
}

function toValue(options: SetOptions, control: LimitControlName): { limit: number; period?: string; burst?: number } {
  const flag = `--${controls.find(([name]) => name === control)?.[1]}`;
  const text = options[control] ?? "";
  const paced = control === "throttle" || control === "rateLimit";
  const burst = options.burst === undefined ? {} : { burst: toWhole(options.burst, "--burst") };
  return { ...(paced ? toPace(text, flag) : { limit: toWhole(text, flag) }), ...burst };
}

const rowOf = (terminal: Terminal, id: string, limit: FunctionLimitAnswer) => {
  const { colors, now } = terminal;
  const { control, entry, code, now: held, set } = limit;
  return [
    id,
    nameOfControl(control),
    entry,
    formatLimit(code),
    set === null ? "" : { text: held === null ? "not in the code any more" : formatLimit(held), paint: colors.yellow },
    set?.author ?? "",
    set === null ? "" : formatMoment(Date.parse(set.setAt), now()),
    set?.reason ?? "",
  ];
};

function addList(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("list", { isDefault: true })
    .description("list the limits of functions: what the code says, and what people have set")
    .argument("[function]", "only of this one")
    .addOption(new Option("--set", "only those that people have set"));
  addClientOptions(command).action(async (name: string | undefined, options: ClientOptions & { set?: boolean }) => {
    const client = clientOf(options, terminal);
    const only = name === undefined ? null : await resolveFunction(client, name);
    const functions = await client.get<FunctionAnswer[]>("/v2/functions");
    const found = functions
      .filter(({ id }) => only === null || id === only)
      .flatMap(({ id, limits }) => limits.map((limit) => ({ function: id, ...limit })))
      .filter(({ set }) => options.set !== true || set !== null);
    const { print, colors } = terminal;
    if (options.json === true) return print(JSON.stringify(found));
    if (found.length === 0)
      return print(options.set === true ? "Nobody has set a limit: all are as the code has them." : "No limits.");
    const rows = found.map((limit) => rowOf(terminal, limit.function, limit));
    const titles = ["FUNCTION", "LIMIT", "KEY", "CODE", "SET TO", "BY", "SINCE", "REASON"];
    for (const line of renderTable(titles, rows, colors)) print(line);
  });
}

function addSet(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("set")
    .description("set a limit of a function: it holds at once for what waits, and what runs continues")
    .argument("<function>", "its id, such as shop-charge, or charge where only one app has it");
  for (const [, flag, help] of controls) command.addOption(new Option(`--${flag} <limit>`, help));
  command
    .addOption(new Option("--burst <count>", "starts of a throttle that may come at once besides"))
    .addOption(new Option("--key <key>", "which of several concurrency limits; `stepwell limits` shows their keys"));
  addReasonOptions(command);
  addClientOptions(command).action(async (name: string, options: SetOptions) => {
    const [control, ...more] = controlIn(options);
    if (control === undefined || more.length > 0) throw new CliError(`Which limit? Give one of ${flags}.`);
    const client = clientOf(options, terminal);
    const { key, reason } = options;
    const body = {
      function: await resolveFunction(client, name),
      control,
      ...(key === undefined ? {} : { key }),
      ...toValue(options, control),
      reason,
      author: authorOf(options, terminal),
    };
    const { data } = (await client.request("POST", "/v2/limit-overrides", body)) as { data: LimitOverrideAnswer };
    const { print, colors } = terminal;
    if (options.json === true) return print(JSON.stringify(data));
    const before = colors.dim(
      `code: ${formatLimit(data.code)}  stepwell limits reset ${data.function} goes back to it`,
    );
    return print(
      `${colors.green("✓")} ${data.function}: ${nameOfControl(data.control)} ${formatLimit(data)}  ${before}`,
    );
  });
}

function addReset(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("reset")
    .description("let limits be as the code has them: all of a function, or one")
    .argument("<function>", "its id");
  for (const [control, flag] of controls)
    command.addOption(new Option(`--${flag}`, `only its ${nameOfControl(control)}`));
  command.addOption(new Option("--key <key>", "which of several concurrency limits"));
  addClientOptions(command).action(async (name: string, options: ResetOptions) => {
    const [control, ...more] = controlIn(options);
    if (more.length > 0) throw new CliError(`Give one of ${flags}, or none for all limits of the function.`);
    const client = clientOf(options, terminal);
    const target = {
      function: await resolveFunction(client, name),
      ...(control === undefined ? {} : { control }),
      ...(options.key === undefined ? {} : { key: options.key }),
    };
    const answer = await client.request("POST", "/v2/limit-overrides/reset", target);
    const { reset } = (answer as { data: { reset: LimitOverrideAnswer[] } }).data;
    const { print, colors } = terminal;
    if (options.json === true) return print(JSON.stringify(reset));
    if (reset.length === 0) return print(`${target.function}: nobody had set a limit that this names.`);
    for (const one of reset)
      print(
        `${colors.green("✓")} ${one.function}: ${nameOfControl(one.control)} is ${formatLimit(one.code)} again, as the code says`,
      );
  });
}

export function addLimitsCommand(program: Command, terminal: Terminal): void {
  const parent = program
    .command("limits")
    .description("change concurrency, throttle and rate limit of a function while the engine runs");
  addList(parent, terminal);
  addSet(parent, terminal);
  addReset(parent, terminal);
}
