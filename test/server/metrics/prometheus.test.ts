/** What Prometheus reads: counted as it happens, bounded, named as docs/metrics.md says, and asked for by the board for Grafana. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Tally } from "../../../server/src/domain/metrics/tally.ts";
import { createServer } from "../../../server/src/main.ts";
import { createPrometheus } from "../../../server/src/metrics/prometheus.ts";
import { root } from "../../repo/root.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

const everything: Tally[] = [
  { kind: "run-started", functionId: "f", waitMs: 30 },
  { kind: "run-ended", functionId: "f", status: "Failed", runMs: 2000, error: "TypeError" },
  { kind: "run-ended", functionId: "f", status: "Skipped", runMs: null, error: null },
  { kind: "step-ended", functionId: "f", status: "TimedOut", stepMs: null },
  { kind: "step-ended", functionId: "f", status: "Completed", stepMs: 7 },
  { kind: "retry", functionId: "f" },
  { kind: "dead-letter", functionId: "f" },
  { kind: "call", functionId: "f", appId: "a", answer: "unreachable", callMs: 400 },
];

const backlogOf = (functionId: string, queued: number, oldestQueuedAt: number | null) => ({
  ...{ functionId, queued, running: 1, oldestQueuedAt, deadLetters: 2 },
});

function start(names: Record<string, string> = { f: "shop-charge", a: "shop" }) {
  const nameOf = (id: string): string | null => names[id] ?? null;
  return createPrometheus({ functionName: nameOf, appName: nameOf, now: () => 100_000 });
}

interface Metric {
  type: string;
  labels: string;
}

/** Names, types and labels, without those that a histogram adds. */
function parse(text: string): Map<string, Metric> {
  const found = new Map<string, Metric>();
  for (const [, name = "", type = ""] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) found.set(name, { type, labels: "" });
  for (const [, sample = "", labels = ""] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const metric = found.get(sample) ?? found.get(sample.replace(/_(?:bucket|sum|count)$/, ""));
    const names = [...labels.matchAll(/(\w+)="/g)].map(([, name]) => name).filter((name) => name !== "le");
    if (metric !== undefined) metric.labels = names.length === 0 ? "–" : names.join(", ");
  }
  return found;
}

describe("what Prometheus reads", () => {
  it("counts what happens, by function and app", async () => {
    const prometheus = start();
    prometheus.count(everything);
    prometheus.committed(3);
    const { text, contentType } = await prometheus.scrape(
      [backlogOf("f", 4, 88_000)],
      ["info", "critical", "critical"],
    );
    expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = text.split("\n");
    for (const line of [
      'stepwell_runs_started_total{function="shop-charge"} 1',
      'stepwell_alerts{severity="critical"} 2',
      'stepwell_alerts{severity="warning"} 0',
      'stepwell_runs_ended_total{function="shop-charge",status="failed"} 1',
      'stepwell_runs_ended_total{function="shop-charge",status="skipped"} 1',
      'stepwell_run_duration_seconds_sum{function="shop-charge"} 2',
      'stepwell_run_wait_seconds_bucket{le="0.05",function="shop-charge"} 1',
      'stepwell_steps_ended_total{function="shop-charge",status="timed_out"} 1',
      'stepwell_step_duration_seconds_count{function="shop-charge"} 1',
      'stepwell_retries_total{function="shop-charge"} 1',
      'stepwell_dead_letters_total{function="shop-charge"} 1',
      'stepwell_app_calls_total{app="shop",answer="unreachable"} 1',
      'stepwell_app_call_duration_seconds_sum{app="shop"} 0.4',
      "stepwell_commit_duration_seconds_count 1",
      'stepwell_queue_depth{function="shop-charge"} 4',
      'stepwell_queue_oldest_age_seconds{function="shop-charge"} 12',
      'stepwell_runs_running{function="shop-charge"} 1',
      'stepwell_dead_letters{function="shop-charge"} 2',
    ])
      expect(lines).toContain(line);
  });

  it("forgets what waits no more", async () => {
    const prometheus = start();
    await prometheus.scrape([backlogOf("f", 4, 88_000)], ["info", "critical", "critical"]);
    expect((await prometheus.scrape([], [])).text).not.toContain('stepwell_queue_depth{function="shop-charge"}');
  });

  it("tells 200 functions and 50 apps apart, and counts the others together", async () => {
    const prometheus = start({});
    for (let n = 0; n < 300; n += 1)
      prometheus.count([{ kind: "call", functionId: `f${n}`, appId: `a${n}`, answer: "ok", callMs: 1 }]);
    for (let n = 0; n < 300; n += 1) prometheus.count([{ kind: "retry", functionId: `f${n}` }]);
    const { text } = await prometheus.scrape([backlogOf("f250", 1, null), backlogOf("f260", 2, 90_000)], []);
    expect(text.match(/^stepwell_retries_total\{/gm)).toHaveLength(201);
    expect(text.match(/^stepwell_app_calls_total\{/gm)).toHaveLength(51);
    expect(text).toContain('stepwell_retries_total{function="other"} 100');
    expect(text).toContain('stepwell_queue_depth{function="other"} 3');
    expect(text).toContain('stepwell_queue_oldest_age_seconds{function="other"} 10');
  });

  it("has the names, types and labels that docs/metrics.md says", async () => {
    const prometheus = start();
    prometheus.count(everything);
    globalThis.gc?.();
    const found = parse((await prometheus.scrape([backlogOf("f", 1, 1)], [])).text);
    const page = readFileSync(join(root, "docs/metrics.md"), "utf8");
    const rows = [...page.matchAll(/^\| `((?:stepwell|process|nodejs)_\w+)` *\| (\w+) *\| (\S+) *\| (.*?) *\|/gm)];
    const written = new Map(rows.map(([, name = "", type = "", , labels = ""]) => [name, { type, labels }]));
    // Those that the process has shown none of yet, such as collections of garbage, have no labels to compare.
    for (const [name, metric] of found) if (metric.labels === "") metric.labels = written.get(name)?.labels ?? "";
    expect(written).toEqual(found);
    for (const [, name = "", , unit] of rows)
      expect([name, unit]).toEqual([
        name,
        /_seconds(?:_total)?$/.test(name) ? "seconds" : /_bytes$/.test(name) ? "bytes" : unit,
      ]);
  });

  it("is what the board for Grafana asks for", async () => {
    const prometheus = start();
    prometheus.count(everything);
    const found = parse((await prometheus.scrape([backlogOf("f", 1, 1)], [])).text);
    const board = JSON.parse(readFileSync(join(root, "server/grafana/stepwell.json"), "utf8")) as {
      panels: { title: string; targets: { expr: string; legendFormat: string }[] }[];
      templating: { list: { query: string }[] };
    };
    const targets = board.panels.flatMap((panel) => panel.targets);
    expect(targets.length).toBeGreaterThan(20);
    const queries = [...targets.map(({ expr }) => expr), ...board.templating.list.map(({ query }) => query)];
    const own = new Set(["job", "instance", "le"]);
    for (const query of queries.filter((text) => text !== "prometheus")) {
      const names = [...query.matchAll(/\b(?:stepwell|process|nodejs)_\w+/g)].map(([name]) => name);
      const metrics = names.map((name) => {
        const isHistogram = found.get(name.replace(/_bucket$/, ""))?.type === "histogram" && name.endsWith("_bucket");
        return found.get(name) ?? (isHistogram ? found.get(name.replace(/_bucket$/, "")) : undefined);
      });
      expect([query, names.length > 0 && metrics.every((metric) => metric !== undefined)]).toEqual([query, true]);
      const known = new Set(metrics.flatMap((metric) => metric?.labels.split(", ") ?? []));
      const used = [...query.matchAll(/(\w+)=~?"|by \(([^)]*)\)|, (\w+)\)$/g)].flatMap(([, one, many, last]) =>
        (one ?? many ?? last ?? "").split(", "),
      );
      expect([query, used.filter((label) => !known.has(label) && !own.has(label))]).toEqual([query, []]);
    }
  });
});

describe("GET /metrics", () => {
  const signingKey = "ab".repeat(32);

  it("asks for a key in start, and for none on a port of its own on this machine", async () => {
    const server = createServer({
      ...({ mode: "start", store: null, host: "127.0.0.1", port: 0, metricsPort: 0, logger: silent } as const),
      ...{ signingKey, eventKeys: ["e"] },
    });
    onTestFinished(() => server.stop(0));
    await server.start();
    const ask = (url: string, headers: Record<string, string> = {}) => fetch(url, { headers });
    expect((await ask(`${server.url}/metrics`)).status).toBe(401);
    const read = await ask(`${server.url}/metrics`, { authorization: `Bearer ${signingKey}` });
    expect([read.status, read.headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    expect(await read.text()).toMatch(/^stepwell_info\{version="[^"]+"\} 1$/m);
    const alone = `http://127.0.0.1:${server.metricsPort}`;
    expect((await ask(`${alone}/metrics`)).status).toBe(200);
    expect((await ask(`${alone}/v2/runs`)).status).toBe(404);
    expect((await ask(`${alone}/metrics`, { origin: "http://evil.example" })).status).toBe(403);
  });
});
