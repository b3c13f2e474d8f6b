/** A generated app with many zod events and functions, and what the compiler says of it. Used by a test and a benchmark. */
import { join } from "node:path";
import ts from "typescript";
import { createProgram, diagnosticsOf } from "../repo/compiler.ts";
import { root } from "../repo/root.ts";

export interface LargeApp {
  /** How events are declared. */
  style: "EventSchemas" | "eventType";
  events: number;
  functions: number;
}

export interface Checked {
  errors: string[];
  /** Types that the compiler had to work out. Does not depend on the machine. */
  instantiations: number;
  /** Wall time from nothing to the last diagnostic, library files included. */
  ms: number;
}

/** The app's source. Functions use triggers, waits, sends and invocations of the function before them. */
export function writeLargeApp({ style, events, functions }: LargeApp): string {
  const schema = (n: number): string =>
    `z.object({ id: z.string(), n${n}: z.number(), tags: z.array(z.string()), user: z.object({ name: z.string(), age: z.number().optional() }) })`;
  const many = <T>(count: number, write: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => write(n));
  const isRecord = style === "EventSchemas";
  const declared = isRecord
    ? `const schemas = new EventSchemas().fromZod({\n${many(events, (n) => `  "app/event.${n}": { data: ${schema(n)} },`).join("\n")}\n});\nconst inngest = new Inngest({ id: "app", schemas });`
    : `const inngest = new Inngest({ id: "app" });\n${many(events, (n) => `const event${n} = eventType("app/event.${n}", { schema: ${schema(n)} });`).join("\n")}`;
  const name = (n: number): string => (isRecord ? `"app/event.${n % events}"` : `event${n % events}`);
  const payload = (n: number): string => {
    const data = `{ id: "1", n${n % events}: 1, tags: [], user: { name: "a" } }`;
    return isRecord ? `{ name: ${name(n)}, data: ${data} }` : `${name(n)}.create(${data})`;
  };
  const made = many(
    functions,
    (n) => `
export const fn${n} = inngest.createFunction(
  { id: "fn-${n}", triggers: [{ event: ${name(n)} }, { event: ${name(n + 7)} }], cancelOn: [{ event: ${name(n + 1)}, match: "data.id" }] },
  async ({ event, step }) => {
    const waited = await step.waitForEvent("wait", { event: ${name(n + 2)}, timeout: "1h" });
    await step.sendEvent("send", ${payload(n + 3)});
    const text: string = await step.run("work", () => event.data.user.name + (waited?.data.n${(n + 2) % events} ?? 0));
    ${
      n === 0
        ? ""
        : `const before = await step.invoke("invoke", { function: fn${n - 1}, data: ${payload(n - 1)
            .replace(/^.*?(data: |create\()/, "")
            .replace(/( \}|\))$/, "")} });\n    const n: number = before.n;`
    }
    return { n: event.data.id.length, text };
  },
);`,
  );
  return `import { ${isRecord ? "EventSchemas" : "eventType"}, Inngest } from "stepwell";\nimport { z } from "zod";\n${declared}\n${made.join("\n")}\nvoid inngest.send(${payload(5)});\n`;
}

/** Type-checks one source as a file of this repository, which it never writes. */
export function checkSource(source: string): Checked {
  const startMs = performance.now();
  const path = join(root, "test", "types", "generated.ts");
  const program = createProgram([], new Map([[path, source]]));
  const found = diagnosticsOf(program, path);
  return {
    errors: found.map(({ code, messageText }) => `TS${code} ${ts.flattenDiagnosticMessageText(messageText, "\n")}`),
    instantiations: (program as unknown as { getInstantiationCount(): number }).getInstantiationCount(),
    ms: performance.now() - startMs,
  };
}
