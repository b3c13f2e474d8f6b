/** What the pages say is true: their code compiles, their links lead somewhere, and they name what there is. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { toAnchor } from "../../docs/.vitepress/anchors.ts";
import { sitePages } from "../../docs/.vitepress/site-pages.ts";
import { createApi } from "../../server/src/api/create-api.ts";
import { limitNames } from "../../server/src/core/limits/limits.ts";
import { allowedText, flowOptions, type OptionSpec, retryOptions, triggerOptions } from "../../src/protocol/index.ts";
import { createCoreEngine } from "../helpers/core-engine.ts";
import { root } from "./root.ts";
import { blocksOf, compileBlocks } from "./typescript-blocks.ts";

const pages = ["README.md", "server/README.md", ...sitePages()];
const textOf = (page: string): string => readFileSync(join(root, page), "utf8");

function anchorsOf(text: string): Set<string> {
  const headings = text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} (.+)$/gm);
  const written = text.matchAll(/<a id="([^"]+)">/g);
  return new Set([
    ...[...headings].map(([, heading = ""]) => toAnchor(heading)),
    ...[...written].map(([, id = ""]) => id),
  ]);
}

/** Links to nowhere. */
function deadLinks(page: string): string[] {
  const links = textOf(page).matchAll(/\]\(([^)\s]+)\)/g);
  return [...links].flatMap(([, target = ""]) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(root, file))) return [`${page}: ${target}`];
    const isThere = anchor === undefined || anchorsOf(textOf(file)).has(anchor);
    return isThere ? [] : [`${page}: ${target}`];
  });
}

describe("the pages", () => {
  it("hold code that compiles", () => {
    const blocks = pages.flatMap((page) => blocksOf(page, "ts"));
    expect(blocks.length).toBeGreaterThan(30);
    expect(compileBlocks(blocks)).toEqual([]);
  });

  it("would be caught with code that does not", () => {
    const code = 'import { Inngest } from "stepwell";\nnew Inngest({ id: "shop" }).sent({ name: "x" });\n';
    expect(compileBlocks([{ page: "planted.md", line: 7, code }])).toEqual([
      expect.stringMatching(/^planted\.md:8: .*'sent' does not exist/),
    ]);
  });

  it("link to what there is", () => {
    expect(pages.flatMap(deadLinks)).toEqual([]);
  });

  it("are all reached from README.md, or from the list in docs/index.md", () => {
    const linked = new Set(
      ["README.md", "docs/index.md"].flatMap((page) =>
        [...textOf(page).matchAll(/\]\(([^)#]+)\)/g)].map(([, target = ""]) => join(dirname(page), target)),
      ),
    );
    const unlisted = sitePages().filter((page) => !linked.has(page) && !linked.has(dirname(page)));
    expect(unlisted).toEqual([]);
  });
});

async function startApi(): Promise<ReturnType<typeof createApi>> {
  const { engine, store, clock, stop } = await createCoreEngine();
  onTestFinished(() => stop());
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  return createApi({
    engine,
    store,
    access: store.access,
    clock,
    logger,
    auth: null,
    serverKind: "dev",
    version: "1.2.3",
  });
}

/** What comments of the sources cite, that is not there. Pages of others have an address and are not looked at. */
function deadCitations(path: string): string[] {
  const cited = textOf(path).matchAll(/(?<![\w./-])(?:docs|test|reference)\/[\w/-]+(?:\.(?:md|json|ts))?(?:#[\w-]+)?/g);
  return [...cited].flatMap(([target]) => {
    const [file = "", anchor] = target.split("#");
    const isThere = existsSync(join(root, file)) && (anchor === undefined || anchorsOf(textOf(file)).has(anchor));
    return isThere ? [] : [`${path}: ${target}`];
  });
}

describe("what the sources cite", () => {
  it("is in the repository", () => {
    const sources = ["src", "adapters", "server/src"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => join(folder, name)),
    );
    expect(sources.length).toBeGreaterThan(300);
    expect(sources.flatMap(deadCitations)).toEqual([]);
  });
});

describe("docs/api.md", () => {
  /** Method and path of each route; those that only say that there is no such thing are left out. */
  async function routes(): Promise<string[]> {
    const all = (await startApi()).routes.filter(
      // Files of the page are no routes of the API.
      ({ method, path }) => method !== "ALL" && method !== "OPTIONS" && !(method === "GET" && path.includes("*")),
    );
    const isNotBuilt = (path: string): boolean =>
      /^\/v2\/(?:account|partner|env\/|insights|experiments|sessions|sandboxes)|\/scores$|^\/v1\/(?:http|checkpoint$|checkpoint\/:runId\/(?:steps|output))/.test(
        path,
      );
    const isTheSame = (path: string): boolean => path.startsWith("/api/v2/") || path === "/e" || path === "/e/";
    return all
      .filter(({ path }) => !isNotBuilt(path) && !isTheSame(path))
      .map(({ method, path }) => `${method} ${path}`)
      .filter((route) => route !== "POST /v2/envs" && route !== "PATCH /v2/envs/:id");
  }

  it("names the routes that GET / names", async () => {
    const { routes: listed } = (await (await (await startApi()).request("/")).json()) as { routes: string[] };
    const single = listed.flatMap((entry) => {
      const [methods = "", path] = entry.split(" ");
      return methods.split("|").map((method) => `${method} ${path}`);
    });
    expect(single.sort()).toEqual([...new Set(await routes())].sort());
  });

  it("names every route, and none that is not there", async () => {
    const named = [...textOf("docs/api.md").matchAll(/^\| `([A-Z]+ [^`]+)`/gm)].map(([, route]) => route);
    expect(named.sort()).toEqual([...new Set(await routes())].sort());
  });
});

describe("docs/operations.md", () => {
  it("names every limit, and none that is not there", () => {
    const named =
      textOf("docs/operations.md")
        .split("## Limits")[1]
        ?.matchAll(/^\| `(\w+)`/gm) ?? [];
    expect([...named].map(([, name]) => name)).toEqual([...limitNames]);
  });
});

describe("docs/flow-control.md and docs/sdk.md", () => {
  it("name every option of functions", () => {
    const file = readFileSync(join(root, "src/function/options.ts"), "utf8");
    const options = /export interface FunctionOptions[^{]*\{([\s\S]*?)^\}/m.exec(file)?.[1] ?? "";
    const names = [...options.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name ?? "");
    expect(names.length).toBeGreaterThan(15);
    const table = textOf("docs/sdk.md").split("## Functions")[1]?.split("## Steps")[0] ?? "";
    expect(names.filter((name) => name !== "experimentalCheckpointing" && !table.includes(`\`${name}\``))).toEqual([]);
  });
});

/** Each entry of the protocol's table, under its name, in the words of errors. */
function boundsOf(option: string, spec: OptionSpec): [string, string][] {
  switch (spec.kind) {
    case "either":
      return [
        ...boundsOf(option, spec.plain),
        ...Object.entries(spec.split.fields).flatMap(([field, one]) => boundsOf(`${option}.${field}`, one).slice(0, 1)),
      ];
    case "list": {
      const count =
        spec.min === 0
          ? `at most ${spec.max} ${spec.max === 1 ? "entry" : "entries"}`
          : `${spec.min} to ${spec.max} entries`;
      return [[option, count], ...(spec.entry.kind === "shape" ? boundsOf(`${option}[]`, spec.entry) : [])];
    }
    case "shape":
      return Object.entries(spec.fields).flatMap(([field, one]) => {
        const [first, ...rest] = boundsOf(`${option}.${field}`, one);
        const must = spec.required.includes(field) ? ", required" : "";
        return first === undefined ? [] : [[first[0], first[1] + must] as [string, string], ...rest];
      });
    default:
      return [[option, allowedText(spec).replace(/ such as .*?(?=,|$)/, "")]];
  }
}

describe("the bounds in docs/flow-control.md", () => {
  it("are those of the table that both packages read", () => {
    const { attempts, delays, ...growing } = retryOptions;
    const tables: [string, OptionSpec][] = [
      ...Object.entries(flowOptions),
      ["retries.attempts", attempts],
      ["retries.backoff[]", delays],
      ...Object.entries(growing).map(([field, spec]): [string, OptionSpec] => [`retries.backoff.${field}`, spec]),
      ...Object.entries(triggerOptions).map(([field, spec]): [string, OptionSpec] => [`triggers[].${field}`, spec]),
    ];
    const rows = tables
      .flatMap(([option, spec]) => boundsOf(option, spec))
      .map(([name, text]) => `\`${name}\` | ${text}`);
    const section = textOf("docs/flow-control.md").split("## Bounds")[1]?.split("\n## ")[0] ?? "";
    const written = [...section.matchAll(/^\| (`[^|]+?) +\| (.+?) +\|$/gm)].map(
      ([, name, text]) => `${name} | ${text}`,
    );
    expect(written.sort()).toEqual(rows.sort());
  });
});

describe("README's example", () => {
  it("is examples/hello", () => {
    const app = textOf("examples/hello/app.ts").replace(/^\/\*\*.*\*\/\n/, "");
    expect(blocksOf("README.md", "ts").map(({ code }) => code)).toContain(app);
  });
});
