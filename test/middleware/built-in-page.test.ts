/** docs/sdk.md names every middleware that is built in, by what it exports and by what it does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as main from "../../src/index.ts";
import { Inngest, type Middleware } from "../../src/index.ts";
import * as opentelemetry from "../../src/middleware/built-in/opentelemetry.ts";
import * as sentry from "../../src/middleware/built-in/sentry.ts";
import { root } from "../repo/root.ts";

const page = readFileSync(join(root, "docs/sdk.md"), "utf8");
const section = page.split("**Built in**")[1]?.split("\n## ")[0] ?? "";
const texts = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);
const rows = [...section.matchAll(/^\| (`\w+Middleware`.*)\|$/gm)].map(([, row = ""]) => {
  const [name, entry, id, hooks = []] = row.split("|").map(texts);
  return { name: name?.[0], entry: entry?.[0], id: id?.[0], hooks };
});

const entries = {
  stepwell: main,
  "stepwell/sentry": sentry,
  "stepwell/opentelemetry": opentelemetry,
} as Record<string, Record<string, unknown>>;
const makers = Object.entries(entries).flatMap(([entry, names]) =>
  Object.keys(names)
    .filter((name) => /^(?!is)[a-z].*Middleware$/.test(name))
    .map((name) => [name, entry] as const),
);

const hookNames = [...(page.split("| hook ")[1]?.split("\n\n")[0] ?? "").matchAll(/^\| (`[^|]+)\|/gm)].flatMap(
  ([, cell]) => texts(cell).filter((name) => name !== "onRegister"),
);

/** Ids that the published SDK gives to what it has, too. */
const publishedIds: Record<string, string> = { dependencyInjectionMiddleware: "inngest:dependency-injection" };

describe("the table of built-in middleware in docs/sdk.md", () => {
  it("has a row for each that the entries export, and no other", () => {
    expect(hookNames).toHaveLength(15);
    expect(makers.length).toBeGreaterThan(5);
    expect(rows.map(({ name, entry }) => [name, entry])).toEqual(makers);
  });

  it.each(makers)("says of %s what its class has", (name, entry) => {
    const make = entries[entry]?.[name] as (options: object) => Middleware.Class;
    const made = new (make(name === "encryptionMiddleware" ? { key: "key" } : {}))({
      client: new Inngest({ id: "app", isDev: true }),
    });
    const row = rows.find((one) => one.name === name);
    expect(row?.id).toBe(made.id);
    expect(row?.hooks).toEqual(hookNames.filter((hook) => hook in made));
    if (name in publishedIds) expect(made.id).toBe(publishedIds[name]);
  });

  it("is followed by a word on what needs another package, and on the logger, which needs none", () => {
    for (const subject of ["Encryption", "Logger", "Validation", "Sentry", "OpenTelemetry"])
      expect(section).toContain(`**${subject}**`);
    expect(new Inngest({ id: "app", isDev: true }).middleware).toEqual([]);
  });
});
