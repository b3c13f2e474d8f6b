/** One measurement: a program of its own on an empty database of its own. Called by the benchmark on Postgres. */
import { fork } from "node:child_process";
import { createDriver } from "../../server/src/store/postgres/wire/driver.ts";
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

/** An empty database. */
export async function newDatabase({ uri }: BenchDatabase): Promise<string> {
  const name = `bench_${process.pid}_${++databases}`;
  const session = await createDriver([uri], "bench").connect();
  await session.send([{ text: `CREATE DATABASE ${name}`, values: [] }]);
  await session.close();
  const url = new URL(uri);
  url.pathname = `/${name}`;
  return url.href;
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
  const uri = await newDatabase(database);
  const before = cpuOf(database);
  const child = fork(program, {
    execArgv: [],
    env: { ...process.env, ...env, POSTGRES_URI: uri, COUNT: String(count) },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  return new Promise((resolve, reject) => {
    child.once("message", (message) => {
      resolve(toMeasured(message as Parameters<typeof toMeasured>[0], before, cpuOf(database)));
    });
    child.once("exit", (code) => reject(new Error(`${program} ended with code ${code} before it had measured`)));
  });
}
