/** One measurement: a program of its own on an empty database of its own. Called by the benchmark on Postgres. */
import { fork } from "node:child_process";
import { createDriver } from "../../server/src/store/postgres/wire/driver.ts";
import { endProcess } from "../../test/helpers/end-process.ts";
import { familyCpuMs } from "./processor-time.ts";

/** A Postgres that is measured. */
export interface BenchDatabase {
  /** Of its database `postgres`. */
  uri: string;
  /** Its first process; null when it runs elsewhere. */
  pid: number | null;
}

export interface Measured {
  /** Of what is counted, a second. */
  rate: number;
  /** CPU milliseconds for each, of the program and of the database. The latter is null when that runs elsewhere. */
  clientMs: number;
  serverMs: number | null;
}

let databases = 0;

async function send(uri: string, text: string): Promise<void> {
  const session = await createDriver([uri], "bench").connect();
  await session.send([{ text, values: [] }]);
  await session.close();
}

/** With an empty database, which is dropped in the end: the server may be somebody's own. */
export async function withDatabase<T>({ uri }: BenchDatabase, work: (uri: string) => Promise<T>): Promise<T> {
  const name = `bench_${process.pid}_${++databases}`;
  await send(uri, `CREATE DATABASE ${name}`);
  const url = new URL(uri);
  url.pathname = `/${name}`;
  try {
    return await work(url.href);
  } finally {
    await send(uri, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

export const cpuOf = ({ pid }: BenchDatabase): number | null => (pid === null ? null : familyCpuMs(pid));

export function toMeasured(
  { count, ms, cpuMs }: { count: number; ms: number; cpuMs: number },
  before: number | null,
  after: number | null,
): Measured {
  const serverMs = before === null || after === null ? null : (after - before) / count;
  return { rate: (count * 1000) / ms, clientMs: cpuMs / count, serverMs };
}

/** @param program a file for `node`. @throws when it ends before it has told what it measured */
export async function measure(
  database: BenchDatabase,
  program: string,
  count: number,
  env: Record<string, string> = {},
): Promise<Measured> {
  return withDatabase(database, async (uri) => {
    const before = cpuOf(database);
    const child = fork(program, {
      execArgv: [],
      env: { ...process.env, ...env, POSTGRES_URI: uri, COUNT: String(count) },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const measured = await new Promise<Measured>((resolve, reject) => {
      child.once("message", (message) => {
        resolve(toMeasured(message as Parameters<typeof toMeasured>[0], before, cpuOf(database)));
      });
      child.once("exit", (code) => reject(new Error(`${program} ended with code ${code} before it had measured`)));
    });
    await endProcess(child);
    return measured;
  });
}
