/**
 * `npm run simulate`: runs worlds, one seed after the other, and says what was violated and how to see it again. Exit code 1 unless
 * nothing was.
 */
import { parseArgs } from "node:util";
import { runSeed, type SeedResult } from "./run-seed.ts";
import type { WorldSize } from "./world.ts";

const help = `Usage: npm run simulate -- [--seeds <n>] [--from <seed>] [--minutes <n>] [--engines <n>] [--size <size>] [--trace]

  --seeds <n>     how many seeds (default 200)
  --from <seed>   the first one (default 0)
  --minutes <n>   no seed is begun after so many minutes (default 5)
  --engines <n>   engines in each world, 1 to 3 (default: drawn from the seed)
  --size <size>   large, or small as in \`npm test\` (default large)
  --trace         print every line of what happens
`;

const tailShown = 60;

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

function readNumber(name: string, text: string | undefined, fallback: number, most: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0 && value <= most) return value;
  throw new Error(`--${name} is "${text}": expected a number from 0 to ${most}.\n\n${help}`);
}

function readSize(text = "large"): WorldSize {
  if (text === "small" || text === "large") return text;
  throw new Error(`--size is "${text}": expected small or large.\n\n${help}`);
}

function tell(result: SeedResult, engines: number | null, size: WorldSize): void {
  const { seed, violations, tail, hash } = result;
  write(`\nseed ${seed}: ${violations.length} violations, trace ${hash.slice(0, 16)}`);
  write(tail.slice(-tailShown).join("\n"));
  for (const { invariant, what, at } of violations) write(`  at ${at} ms, ${invariant}: ${what}`);
  const more = `${engines === null ? "" : ` --engines ${engines}`}${size === "large" ? "" : " --size small"}`;
  write(`replay: npm run simulate -- --seeds 1 --from ${seed}${more} --trace`);
}

async function main(): Promise<void> {
  const string = { type: "string" } as const;
  const options = {
    seeds: string,
    from: string,
    minutes: string,
    engines: string,
    size: string,
    trace: { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help === true) {
    write(help);
    return;
  }
  const seeds = readNumber("seeds", values.seeds, 200, 1e9);
  const from = readNumber("from", values.from, 0, 2 ** 31);
  const untilMs = Date.now() + readNumber("minutes", values.minutes, 5, 1e6) * 60_000;
  const engines = values.engines === undefined ? null : readNumber("engines", values.engines, 1, 3);
  const size = readSize(values.size);
  let done = 0;
  let violated = 0;
  for (; done < seeds && Date.now() < untilMs; done++) {
    const hear = values.trace === true ? write : () => undefined;
    const result = await runSeed({ seed: from + done, engines, size, hear });
    if (values.trace === true) write(`seed ${result.seed}: trace ${result.hash} ${JSON.stringify(result.counts)}`);
    violated += result.violations.length;
    if (result.violations.length > 0) tell(result, engines, size);
  }
  write(`simulate: ${done} seeds, ${violated} violations`);
  process.exitCode = violated === 0 ? 0 : 1;
}

await main();
