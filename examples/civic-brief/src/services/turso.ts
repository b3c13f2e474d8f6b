/**
 * Turso's database, asked by HTTP (libSQL's `/v2/pipeline`), as serverless functions do. Called by the services that keep
 * something. Source: https://docs.turso.tech/sdk/http/reference
 */
import { accessTo, patience } from "../settings.ts";
import { ask } from "./ask.ts";

type Value = { type: "null" } | { type: "integer" | "text"; value: string } | { type: "float"; value: number };
export type Argument = string | number | null;
export type Row = Record<string, string | number | null>;

interface ExecuteResult {
  type: "ok" | "error";
  error?: { message: string };
  response?: { result?: { cols: { name: string }[]; rows: Value[][] } };
}

function toValue(argument: Argument): Value {
  if (argument === null) return { type: "null" };
  if (typeof argument === "string") return { type: "text", value: argument };
  return Number.isInteger(argument) ? { type: "integer", value: String(argument) } : { type: "float", value: argument };
}

function fromValue(value: Value | undefined): string | number | null {
  if (value === undefined || value.type === "null") return null;
  return value.type === "integer" ? Number(value.value) : value.value;
}

/** One statement, in a transaction of its own. @throws NonRetriableError when the token is refused */
export async function execute(sql: string, args: readonly Argument[] = []): Promise<Row[]> {
  const { url, key, keyName } = accessTo("turso");
  const requests = [{ type: "execute", stmt: { sql, args: args.map(toValue) } }, { type: "close" }];
  const response = await ask(
    `${url}/v2/pipeline`,
    {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ requests }),
    },
    { service: "Turso", keyName, patienceMs: patience("short") },
  );
  const { results } = (await response.json()) as { results: ExecuteResult[] };
  const [first] = results;
  if (first?.type !== "ok") throw new Error(`Turso did not run a statement: ${first?.error?.message ?? "no result"}`);
  const { cols = [], rows = [] } = first.response?.result ?? {};
  return rows.map((row) => Object.fromEntries(cols.map(({ name }, index) => [name, fromValue(row[index])])));
}
