/** What this machine can do at best: one HTTP POST to another process, one append that is on disk. */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quantile } from "./quantile.ts";

export interface Yardsticks {
  /** p50, milliseconds. */
  loopbackPostMs: number;
  /** p50, milliseconds. */
  syncedAppendMs: number;
}

const payload = "x".repeat(500);

function post(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method: "POST" }, (response) => {
      response.resume();
      response.on("end", resolve);
    });
    sent.on("error", reject);
    sent.end(payload);
  });
}

async function measurePost(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let i = 0; i < 500; i++) {
    const begin = performance.now();
    await post(url, agent);
    times.push(performance.now() - begin);
  }
  agent.destroy();
  return quantile(times, 0.5);
}

function measureAppend(): number {
  const path = join(tmpdir(), `stepwell-yardstick-${process.pid}`);
  const file = openSync(path, "a");
  const times: number[] = [];
  for (let i = 0; i < 200; i++) {
    const begin = performance.now();
    writeSync(file, payload);
    fdatasyncSync(file);
    times.push(performance.now() - begin);
  }
  closeSync(file);
  rmSync(path);
  return quantile(times, 0.5);
}

export async function measureYardsticks(url: string): Promise<Yardsticks> {
  return { loopbackPostMs: await measurePost(url), syncedAppendMs: measureAppend() };
}
